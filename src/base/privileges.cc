#include "base/privileges.h"

#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace base {

namespace {

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

std::optional<Account> find_user(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (!entry) return std::nullopt;
  return Account{entry->pw_uid, entry->pw_gid};
}

std::optional<gid_t> find_group(const std::string& name) {
  const group* entry = ::getgrnam(name.c_str());
  if (!entry) return std::nullopt;
  return entry->gr_gid;
}

void change_root(const std::string& directory) {
  check(::chroot(directory.c_str()), "chroot");
  check(::chdir("/"), "chdir");
}

void become(const Account& account, const std::string& user_name, const std::vector<int>& keep) {
  if (!keep.empty()) check(::prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "PR_SET_KEEPCAPS");
  if (user_name.empty()) {
    check(::setgroups(1, &account.gid), "setgroups");
  } else {
    check(::initgroups(user_name.c_str(), account.gid), "initgroups");
  }
  check(::setresgid(account.gid, account.gid, account.gid), "setresgid");
  check(::setresuid(account.uid, account.uid, account.uid), "setresuid");
  if (::getuid() != account.uid || ::geteuid() != account.uid || ::getegid() != account.gid)
    throw std::runtime_error("the change of user did not happen");
  if (!keep.empty() && !keep_capabilities(keep)) check(-1, "capabilities");
}

void empty_bounding_set() {
  for (cap_value_t capability = 0; cap_get_bound(capability) >= 0; ++capability) cap_drop_bound(capability);
}

bool keep_capabilities(const std::vector<int>& keep) {
  struct Free {
    void operator()(cap_t caps) const { cap_free(caps); }
  };
  const std::unique_ptr<std::remove_pointer_t<cap_t>, Free> caps(cap_init());
  if (!caps) return false;
  std::vector<cap_value_t> values;
  for (const int capability : keep) {
    cap_flag_value_t held = CAP_CLEAR;
    const std::unique_ptr<std::remove_pointer_t<cap_t>, Free> now(cap_get_proc());
    if (now && cap_get_flag(now.get(), capability, CAP_PERMITTED, &held) == 0 && held == CAP_SET)
      values.push_back(capability);  // what we do not have we cannot keep
  }
  if (!values.empty()) {
    const auto count = static_cast<int>(values.size());
    if (cap_set_flag(caps.get(), CAP_PERMITTED, count, values.data(), CAP_SET) < 0 ||
        cap_set_flag(caps.get(), CAP_EFFECTIVE, count, values.data(), CAP_SET) < 0) {
      return false;
    }
  }
  return cap_set_proc(caps.get()) == 0;
}

bool writable_without_capabilities(const std::string& directory) {
  struct stat status {};
  if (::stat(directory.c_str(), &status) < 0) return false;
  const mode_t needed = status.st_uid == ::geteuid()   ? S_IWUSR | S_IXUSR
                        : status.st_gid == ::getegid() ? S_IWGRP | S_IXGRP
                                                       : S_IWOTH | S_IXOTH;
  return (status.st_mode & needed) == needed;
}

unsigned long raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) < 0) return 0;
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &limit) < 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  return static_cast<unsigned long>(limit.rlim_cur);
}

}  // namespace base
