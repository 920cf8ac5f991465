#include "base/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/fd.h"
#include "base/log.h"
#include "config.h"

#ifdef HAVE_LINUX_LANDLOCK_H
#include <linux/landlock.h>
#endif

namespace base {

namespace {

LayerResult refused(const char* what) {
  const bool missing = errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL;
  return {missing ? Layer::kNotThere : Layer::kRefused, std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

void report_layer(const char* what, const LayerResult& result) {
  if (result.layer == Layer::kInForce) return;
  log_info("%s is %s here (%s); going on without it.", what,
           result.layer == Layer::kNotThere ? "not available" : "not permitted", result.reason.c_str());
}

#if defined(HAVE_LINUX_LANDLOCK_H) && defined(SYS_landlock_create_ruleset)

namespace {

constexpr __u64 kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
// The rights of the first version of Landlock; later versions restrict more only if asked to.
constexpr __u64 kAll = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
constexpr __u64 kWrite =
    kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;

bool allow(int rules, const std::string& directory, __u64 access) {
  const UniqueFd at(::open(directory.c_str(), O_PATH | O_CLOEXEC));
  if (!at) return errno == ENOENT;
  landlock_path_beneath_attr rule{};
  rule.allowed_access = access;
  rule.parent_fd = at.get();
  return ::syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
}

}  // namespace

LayerResult restrict_files(const FileReach& reach) {
  landlock_ruleset_attr attributes{};
  attributes.handled_access_fs = kAll;
  const UniqueFd rules(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0)));
  if (!rules) return refused("landlock_create_ruleset");
  for (const auto& directory : reach.readable) {
    if (!allow(rules.get(), directory, kRead)) return refused(directory.c_str());
  }
  for (const auto& directory : reach.writable) {
    if (!allow(rules.get(), directory, kWrite)) return refused(directory.c_str());
  }
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) return refused("PR_SET_NO_NEW_PRIVS");
  if (::syscall(SYS_landlock_restrict_self, rules.get(), 0) < 0) return refused("landlock_restrict_self");
  return {};
}

#else

LayerResult restrict_files(const FileReach&) { return {Layer::kNotThere, "built without Landlock"}; }

#endif

#ifdef WITH_SANITIZERS

LayerResult filter_system_calls(const MoreCalls&) {
  return {Layer::kNotThere, "built with sanitizers, which need more"};
}

#else

namespace {

// Names, not numbers: libseccomp knows each architecture's, and passes over those that one does not have.
constexpr const char* kAllowed[] = {
    // open descriptors
    "read",
    "readv",
    "pread64",
    "preadv",
    "write",
    "writev",
    "pwrite64",
    "close",
    "lseek",
    "_llseek",
    "fcntl",
    "fcntl64",
    "recv",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "recvmmsg_time64",
    "send",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "connect",
    "getsockname",
    "getsockopt",
    "setsockopt",
    "bind",
    "shutdown",
    "dup",
    "dup2",
    "dup3",
    // waiting
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "epoll_ctl",
    "poll",
    "ppoll",
    "ppoll_time64",
    "select",
    "pselect6",
    "timerfd_settime",
    "nanosleep",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "futex",
    "futex_time64",
    "sched_yield",
    "restart_syscall",
    // files; which ones is the file restriction's concern
    "open",
    "openat",
    "openat2",
    "stat",
    "stat64",
    "fstat",
    "fstat64",
    "lstat",
    "lstat64",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents",
    "getdents64",
    "getcwd",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "ftruncate",
    "ftruncate64",
    "fallocate",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "fchmod",
    "fchown",
    "fchown32",
    "flock",
    "umask",
    "fadvise64",
    "sync_file_range",
    "sync_file_range2",
    // memory
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    // time, randomness, who we are
    "clock_gettime",
    "clock_gettime64",
    "gettimeofday",
    "time",
    "getrandom",
    "getpid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "uname",
    "sysinfo",
    "getrusage",
    "prlimit64",
    "getrlimit",
    "ugetrlimit",
    "sched_getaffinity",
    // signals and the end
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "sigreturn",
    "sigaltstack",
    "tgkill",
    "wait4",
    "waitid",
    "exit",
    "exit_group",
    "set_robust_list",
    "rseq",
    "membarrier",
};

// The process is lost already: the line in the log, with the number for whoever has to add a missing call, is
// worth more than the purity of a signal handler.
void forbidden_call(int, siginfo_t* info, void*) {
  char text[] = "forbidden system call      \n";
  int number = info->si_syscall;
  for (std::size_t at = sizeof text - 3; number > 0 && text[at] == ' '; --at, number /= 10)
    text[at] = static_cast<char>('0' + number % 10);
  if (::write(STDERR_FILENO, text, sizeof text - 1) < 0) ::_exit(1);
  Log::process().write(Severity::kError, std::string_view(text, sizeof text - 2));
  Log::process().flush();
  ::_exit(1);
}

// A child has its own epoll and its own pair of sockets for signals (event_reinit of libevent).
constexpr const char* kForking[] = {"clone",         "clone3",         "fork",     "vfork", "epoll_create",
                                    "epoll_create1", "timerfd_create", "eventfd2", "pipe2", "socketpair"};
constexpr int kSocketFamilies[] = {AF_INET, AF_INET6, AF_UNIX};

void allow_call(scmp_filter_ctx filter, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  if (call != __NR_SCMP_ERROR) seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0);
}

void fail_call(scmp_filter_ctx filter, const char* name) {
  const int call = seccomp_syscall_resolve_name(name);
  if (call != __NR_SCMP_ERROR) seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0);
}

struct Release {
  void operator()(scmp_filter_ctx context) const { seccomp_release(context); }
};

}  // namespace

LayerResult filter_system_calls(const MoreCalls& more) {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_TRAP));
  if (!filter) return {Layer::kNotThere, "seccomp_init"};
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a tree: each call passes few comparisons
  for (const char* name : kAllowed) allow_call(filter.get(), name);
  if (more.fork) {
    for (const char* name : kForking) allow_call(filter.get(), name);
  }
  fail_call(filter.get(), "ioctl");
  if (more.sockets) {
    const int call = seccomp_syscall_resolve_name("socket");
    for (const int family : kSocketFamilies) {
      seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 1,
                       scmp_arg_cmp{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0});
    }
  } else {
    fail_call(filter.get(), "socket");
  }
  struct sigaction action {};
  action.sa_sigaction = forbidden_call;
  action.sa_flags = SA_SIGINFO;
  ::sigaction(SIGSYS, &action, nullptr);
  const int result = seccomp_load(filter.get());
  if (result < 0) {
    errno = -result;
    return refused("seccomp_load");
  }
  return {};
}

#endif

}  // namespace base
