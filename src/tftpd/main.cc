// in.tftpd: the start, in the stock's order: log, command line, root, account, map file, sockets, and only
// then the loop.
#include <event2/event.h>
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
#include "base/sandbox.h"
#include "base/settings.h"
#include "tftpd/command_line.h"
#include "tftpd/file_access.h"
#include "tftpd/keeper.h"
#include "tftpd/listener.h"
#include "tftpd/server.h"
#include "tftpd/settings.h"
#include "tftpd/xinetd_start.h"

namespace tftpd {

namespace {

constexpr std::chrono::milliseconds kLeastIdle{20};

bool standard_input_is_socket() {
  struct stat status;
  return ::fstat(STDIN_FILENO, &status) == 0 && S_ISSOCK(status.st_mode);
}

MapFile load_map(const std::string& path) {
  if (path.empty()) return MapFile();
  std::string text;
  try {
    text = read_whole_file(path);
  } catch (const std::system_error& e) {
    throw StartError(kExitNoInput, "Cannot open map file: " + path + ": " + e.code().message());
  }
  auto parsed = MapFile::parse(text);
  if (auto* map = std::get_if<MapFile>(&parsed)) return std::move(*map);
  // All that is wrong is told; the last of it is what the start ends with.
  const auto& errors = std::get<std::vector<std::string>>(parsed);
  for (std::size_t i = 0; i + 1 < errors.size(); ++i) base::log_error("%s", errors[i].c_str());
  throw StartError(kExitConfig, errors.back());
}

// Gives away everything that serving does not need.
FileAccess enter_root(const Options& options, const Settings& settings, const base::Account& account) {
  const FileAccess::Rules rules{options.permissive, options.create, settings.links_outside};
  if (::geteuid() != 0) {
    base::log_notice(
        "not started as root: serving as user %ld, names resolved beneath the root without chroot",
        static_cast<long>(::geteuid()));
    return options.secure ? FileAccess::beneath(".", rules)
                          : FileAccess::in_directories(options.directories, rules);
  }
  if (options.secure) base::change_root(".");
  base::empty_bounding_set();
  base::become(account, options.user);
  return options.secure ? FileAccess::in_root(rules) : FileAccess::in_directories(options.directories, rules);
}

// From here on nothing is needed but files beneath the root, sockets for transfers, and a child to leave to.
void confine(const Options& options, const Settings& settings) {
  if (settings.file_restriction && !options.secure && !options.directories.empty() &&
      !settings.links_outside) {
    base::report_layer("The restriction of files (Landlock)",
                       base::restrict_files({options.directories, options.directories}));
  }
  if (!settings.system_call_filter) return;
  base::MoreCalls calls;
  calls.sockets = calls.fork = true;
  base::report_layer("The filter of system calls (seccomp)", base::filter_system_calls(calls));
}

std::vector<base::UniqueFd> inherited_sockets(const Options& options) {
  if (!options.pid_file.empty()) base::log_warning("not in standalone mode, ignoring pid file");
  std::vector<base::UniqueFd> sockets;
  sockets.push_back(adopt_inherited_socket());
  // The super-server may have given the socket as all three: nothing is to be printed on it.
  const base::UniqueFd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (null) {
    ::dup2(null.get(), STDOUT_FILENO);
    ::dup2(null.get(), STDERR_FILENO);
  }
  return sockets;
}

// The running server: what signals and silence do to it.
class Daemon {
 public:
  Daemon(base::Loop& loop, Server& server, const Options& options, std::unique_ptr<Keeper> keeper)
      : loop_(loop),
        server_(server),
        options_(options),
        keeper_(std::move(keeper)),
        terminate_(loop, SIGTERM, [this] { leave(); }),
        interrupt_(loop, SIGINT, [this] { leave(); }),
        hangup_(loop, SIGHUP, [this] { reload(); }),
        count_(loop, SIGUSR1, [this] { base::log_notice("%s", server_.counters().text().c_str()); }),
        idle_(loop, [this] { look_idle(); }) {
    if (keeper_) {
      keeper_->watch(loop,
                     [this](const std::string& text, const std::string& error) { take_map(text, error); });
    }
    if (!options.standalone) idle_.start(std::max<base::Duration>(options.idle, kLeastIdle));
  }

 private:
  // The super-server, or whoever restarts the service, gets the port back at once, and running transfers get
  // their end: a child sees to them and leaves after the last.
  void leave() {
    if (left_ || server_.transfers() == 0) {
      loop_.stop();
      return;
    }
    const pid_t child = ::fork();
    if (child != 0) {
      loop_.stop();
      return;
    }
    left_ = true;
    ::event_reinit(loop_.get());
    keeper_.reset();
    server_.close_request_sockets();
    idle_.start(kLeastIdle);
  }

  void reload() {
    if (left_) return;
    if (!options_.standalone) {
      leave();
    } else if (keeper_ && !options_.map_file.empty()) {
      keeper_->ask();
    }
  }

  void take_map(const std::string& text, const std::string& error) {
    std::vector<std::string> errors;
    if (error.empty()) {
      auto parsed = MapFile::parse(text);
      if (auto* map = std::get_if<MapFile>(&parsed)) {
        server_.set_map(std::move(*map));
      } else {
        errors = std::get<std::vector<std::string>>(std::move(parsed));
      }
    } else {
      errors = {base::format("Cannot open map file: %s: %s", options_.map_file.c_str(), error.c_str())};
    }
    for (const auto& text_of_error : errors) base::log_error("%s", text_of_error.c_str());
    if (!errors.empty()) {
      base::log_error("Map file %s is not taken; the rules read before stay in force",
                      options_.map_file.c_str());
      return;
    }
    if (options_.verbosity >= 1) base::log_notice("Map file %s read again", options_.map_file.c_str());
  }

  void look_idle() {
    const bool quiet = server_.transfers() == 0 && server_.waiting() == 0;
    const auto silence = base::monotonic_now() - server_.last_request();
    if (quiet && (left_ || silence >= options_.idle)) {
      loop_.stop();
      return;
    }
    const base::Duration rest = left_ || quiet ? options_.idle - silence : base::Duration(kLeastIdle);
    idle_.start(left_ ? base::Duration(std::chrono::milliseconds(100))
                      : std::max<base::Duration>(rest, kLeastIdle));
  }

  base::Loop& loop_;
  Server& server_;
  const Options& options_;
  std::unique_ptr<Keeper> keeper_;
  bool left_ = false;  // this is the child that sees running transfers to their end
  base::SignalWatch terminate_;
  base::SignalWatch interrupt_;
  base::SignalWatch hangup_;
  base::SignalWatch count_;
  base::Timer idle_;
};

void serve(const Options& options, const Settings& settings, HostRules hosts) {
  if (options.secure && ::chdir(options.directories.front().c_str()) < 0) {
    throw StartError(kExitNoInput, options.directories.front() + ": " + std::strerror(errno));
  }
  const auto account = base::find_user(options.user);
  if (!account) throw StartError(kExitNoUser, "no user " + options.user + ": Success");
  MapFile map = load_map(options.map_file);

  std::vector<base::UniqueFd> sockets;
  std::optional<base::Detach> detached;
  std::unique_ptr<Keeper> keeper;
  if (options.standalone) {
    sockets = open_listening_sockets(options.family, options.address);
    if (!options.foreground) detached.emplace();
    std::string pid_file = options.pid_file;
    if (!pid_file.empty() && !base::write_pid_file(pid_file)) {
      base::log_warning("cannot open pid file '%s' for writing: %s", pid_file.c_str(), std::strerror(errno));
      pid_file.clear();
    }
    if (!options.map_file.empty() || !pid_file.empty()) {
      keeper = std::make_unique<Keeper>(options.map_file, pid_file);
    }
    if (!options.foreground && !options.secure && ::chdir("/") < 0) {
      throw StartError(kExitOsError, std::strerror(errno));
    }
  } else {
    sockets = inherited_sockets(options);
  }
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // an upload at the limit is a write that fails
  ::signal(SIGCHLD, SIG_IGN);
  if (options.umask || !options.permissive) ::umask(options.umask.value_or(0));
  base::raise_descriptor_limit();
  FileAccess access = enter_root(options, settings, *account);

  base::Loop loop;
  Server server(loop, options, settings, std::move(access), std::move(hosts), std::move(map),
                std::move(sockets));
  const Daemon daemon(loop, server, options, std::move(keeper));
  confine(options, settings);
  if (detached) detached->serving();
  base::notify_supervisor("READY=1");
  loop.run();
}

void run(const std::vector<std::string>& arguments) {
  Options options = parse_command_line(arguments);
  if (options.show_help || options.show_version) {
    std::fputs((options.show_help ? help_text() : version_text()).c_str(), stdout);
    return;
  }
  HostRules hosts;
  if (!options.xinetd_file.empty()) options = start_as_xinetd_service(options, hosts);
  serve(options, load_settings(options.settings_file), std::move(hosts));
}

}  // namespace

int main(int argc, char** argv) {
  const char* slash = std::strrchr(argv[0], '/');
  ::tzset();  // /etc/localtime is out of reach in the root
  base::Log::process().add(std::make_unique<base::SyslogSink>(slash ? slash + 1 : argv[0], LOG_DAEMON));
  const bool may_print = !standard_input_is_socket();
  const auto end = [&](int status, const char* text) {
    base::log(status == kExitOk ? base::Severity::kNotice : base::Severity::kError, "%s", text);
    if (may_print) std::fprintf(stderr, "in.tftpd: %s\n", text);
    return status;
  };
  try {
    run({argv + 1, argv + argc});
    return kExitOk;
  } catch (const StartError& e) {
    return end(e.status, e.what());
  } catch (const base::SettingsError& e) {
    return end(kExitConfig, e.what());
  } catch (const std::exception& e) {
    return end(kExitOsError, e.what());
  }
}

}  // namespace tftpd

int main(int argc, char** argv) { return tftpd::main(argc, argv); }
