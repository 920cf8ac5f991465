// Who the process is: accounts, chroot, descriptor limits. Throws std::system_error or std::runtime_error
// where a step fails, since a daemon that could not give up its rights must not serve.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace base {

struct Account {
  uid_t uid = 0;
  gid_t gid = 0;
};

// By name; nullopt where the system knows no such name.
std::optional<Account> find_user(const std::string& name);
std::optional<gid_t> find_group(const std::string& name);

// chroot(2) and then chdir("/").
void change_root(const std::string& directory);

// Supplementary groups, group and user, in that order, each verified. `user_name` empty: only the one group.
// `keep`: capabilities (CAP_xxx) that survive the change of user.
void become(const Account& account, const std::string& user_name, const std::vector<int>& keep = {});

// Empties the bounding set: no program that is started from now on gains a capability. Needs CAP_SETPCAP, so
// it comes before the other two; without it nothing changes.
void empty_bounding_set();

// Leaves only `keep` in the permitted and effective sets and nothing in the inheritable and ambient ones.
// False with errno where the kernel refuses.
bool keep_capabilities(const std::vector<int>& keep);

// Whether files can be made and replaced in a directory by owner and mode alone, without a capability.
bool writable_without_capabilities(const std::string& directory);

// Raises the soft limit of open descriptors to the hard one; returns the limit in force.
unsigned long raise_descriptor_limit();

}  // namespace base
