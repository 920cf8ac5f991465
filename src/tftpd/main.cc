// in.tftpd: the start, in the stock's order: log, command line, root, account, map file, sockets, and only
// then the loop.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>
#include <system_error>

#include "base/daemon.h"
#include "base/log.h"
#include "base/privileges.h"
#include "base/settings.h"
#include "tftpd/command_line.h"
#include "tftpd/file_access.h"
#include "tftpd/listener.h"
#include "tftpd/server.h"
#include "tftpd/settings.h"

namespace tftpd {

namespace {

bool standard_input_is_socket() {
  struct stat status;
  return ::fstat(STDIN_FILENO, &status) == 0 && S_ISSOCK(status.st_mode);
}

// Gives away everything that serving does not need.
FileAccess enter_root(const Options& options, const Settings& settings,
                      const std::optional<base::Account>& account) {
  FileAccess::Rules rules;
  rules.permissive = options.permissive;
  rules.create = options.create;
  rules.links_outside = settings.links_outside;
  if (::geteuid() != 0) {
    base::log_notice(
        "not started as root: serving as user %ld, names resolved beneath the root without chroot",
        static_cast<long>(::geteuid()));
    return options.secure ? FileAccess::beneath(".", rules)
                          : FileAccess::in_directories(options.directories, rules);
  }
  if (options.secure) base::change_root(".");
  base::become(*account, options.user);
  return options.secure ? FileAccess::in_root(rules) : FileAccess::in_directories(options.directories, rules);
}

void serve(const Options& options, const Settings& settings) {
  if (options.secure && ::chdir(options.directories.front().c_str()) < 0) {
    throw StartError(kExitNoInput, options.directories.front() + ": " + std::strerror(errno));
  }
  const auto account = base::find_user(options.user);
  if (!account) throw StartError(kExitNoUser, "no user " + options.user + ": Success");

  std::vector<base::UniqueFd> sockets;
  std::optional<base::Detach> detached;
  if (options.standalone) {
    sockets = open_listening_sockets(options.family, options.address);
    if (!options.foreground) {
      detached.emplace();
      if (!options.secure && ::chdir("/") < 0) throw StartError(kExitOsError, std::strerror(errno));
    }
    if (!options.pid_file.empty() && !base::write_pid_file(options.pid_file)) {
      base::log_warning("cannot open pid file '%s' for writing: %s", options.pid_file.c_str(),
                        std::strerror(errno));
    }
  } else {
    if (!options.pid_file.empty()) base::log_warning("not in standalone mode, ignoring pid file");
    sockets.push_back(adopt_inherited_socket());
    // Whoever started us may have given the socket as all three.
    const base::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (null) {
      ::dup2(null.get(), STDOUT_FILENO);
      ::dup2(null.get(), STDERR_FILENO);
    }
  }
  ::signal(SIGPIPE, SIG_IGN);
  if (options.umask || !options.permissive) ::umask(options.umask.value_or(0));
  base::raise_descriptor_limit();
  FileAccess access = enter_root(options, settings, account);

  base::Loop loop;
  Server server(loop, options, settings, std::move(access), std::move(sockets));
  const base::SignalWatch terminate(loop, SIGTERM, [&] { loop.stop(); });
  const base::SignalWatch interrupt(loop, SIGINT, [&] { loop.stop(); });
  const base::SignalWatch count(loop, SIGUSR1,
                                [&] { base::log_notice("%s", server.counters().text().c_str()); });
  const base::SignalWatch hangup(loop, SIGHUP, [&] {
    if (!options.standalone) loop.stop();
  });
  // A super-server starts us again with the next request.
  base::Timer idle(loop, [&] {
    const auto quiet = base::monotonic_now() - server.last_request();
    if (quiet >= options.idle && server.transfers() == 0 && server.waiting() == 0) {
      loop.stop();
    } else {
      idle.start(std::max<base::Duration>(options.idle - quiet, std::chrono::milliseconds(100)));
    }
  });
  if (!options.standalone) idle.start(std::max<base::Duration>(options.idle, std::chrono::milliseconds(100)));
  if (detached) detached->serving();
  base::notify_supervisor("READY=1");
  loop.run();
}

}  // namespace

int run(int argc, char** argv) {
  const char* slash = std::strrchr(argv[0], '/');
  ::tzset();  // /etc/localtime is out of reach in the root
  base::Log::process().add(std::make_unique<base::SyslogSink>(slash ? slash + 1 : argv[0], LOG_DAEMON));
  const bool may_print = !standard_input_is_socket();
  const auto fail = [&](int status, const char* text) {
    base::log_error("%s", text);
    if (may_print) std::fprintf(stderr, "in.tftpd: %s\n", text);
    return status;
  };
  try {
    const Options options = parse_command_line({argv + 1, argv + argc});
    if (options.show_help) {
      std::fputs(help_text().c_str(), stdout);
      return kExitOk;
    }
    if (options.show_version) {
      std::fputs(version_text().c_str(), stdout);
      return kExitOk;
    }
    serve(options, load_settings(options.settings_file));
    return kExitOk;
  } catch (const StartError& e) {
    return fail(e.status, e.what());
  } catch (const base::SettingsError& e) {
    return fail(kExitConfig, e.what());
  } catch (const std::system_error& e) {
    return fail(kExitOsError, e.what());
  } catch (const std::exception& e) {
    return fail(kExitOsError, e.what());
  }
}

}  // namespace tftpd

int main(int argc, char** argv) { return tftpd::run(argc, argv); }
