#include "base/privileges.h"

#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
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

void become(const Account& account, const std::string& user_name) {
  if (user_name.empty()) {
    check(::setgroups(1, &account.gid), "setgroups");
  } else {
    check(::initgroups(user_name.c_str(), account.gid), "initgroups");
  }
  check(::setgid(account.gid), "setgid");
  check(::setuid(account.uid), "setuid");
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
