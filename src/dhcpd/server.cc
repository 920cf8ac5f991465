#include "dhcpd/server.h"

#include <signal.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/log.h"
#include "conf/parse.h"
#include "dhcpd/fatal.h"
#include "dhcpd/udp_socket.h"

namespace dhcpd {

namespace {

constexpr auto kTick = std::chrono::seconds(1);
constexpr auto kLogAgain = std::chrono::milliseconds(10);  // to a log reader that is behind
constexpr auto kNamePatience = std::chrono::seconds(5);    // for names in the configuration, at start only

}  // namespace

Server::Server(Setup setup, Helper& helper)
    : setup_(std::move(setup)),
      helper_(helper),
      resolver_(helper, [this](base::Ipv4 address) { pipeline_->named(address); }),
      file_options_(setup_.config->options),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      tick_(loop_, [this] { tick(); }),
      log_again_(loop_, [this] { batch_done(); }) {
  open_store();
  leases_.adopt(config());
  Links::Events events;
  events.received = [this](const Link& link, const UdpPacket& packet) { pipeline_->message(link, packet); };
  events.batch_done = [this] { batch_done(); };
  links_ = std::make_unique<Links>(loop_, counters_, parameters().local_port, setup_.command_line.quiet,
                                   std::move(events));
}

Server::~Server() = default;

void Server::open_store() {
  lease::FileStoreOptions options;
  options.path = parameters().lease_file;
  options.format.local_time = config().local_time_in_leases;
  options.format.hex_ids = config().hex_lease_ids.value_or(false);
  options.format.options = &file_options_;
  options.sync = parameters().fsync;
  options.delayed_ack = parameters().delayed_ack;
  options.max_ack_delay = parameters().max_ack_delay;
  options.hosts_configured = !config().hosts.empty();
  options.classes_configured = !config().classes.empty();
  options.groups_configured = std::any_of(config().groups.begin(), config().groups.end(),
                                          [](const auto& group) { return !group->name.empty(); });
  try {
    store_ = std::make_unique<lease::FileStore>(options, base::wall_now(), leases_, declarations_,
                                                [this] { ::eventfd_write(wake_.get(), 1); });
  } catch (const lease::LeaseFileError& e) {
    throw Fatal(e.what());
  }
}

void Server::open_sockets() {
  const std::string refusal = links_->open(config(), setup_.command_line.interfaces);
  if (!refusal.empty()) throw Fatal(refusal);
  try {
    udp_ = open_udp_socket(parameters().local_address, parameters().local_port);
  } catch (const std::system_error& e) {
    base::log_error("Can't bind to dhcp address: %s", e.code().message().c_str());
    base::log_error("Please make sure there is no other dhcp server");
    base::log_error("running and that there's no entry for dhcp or");
    base::log_error("bootp in /etc/inetd.conf.   Also make sure you");
    base::log_error("are not running HP JetAdmin software, which");
    throw Fatal("includes a bootp server.");
  }
  if (!setup_.command_line.quiet) base::log_info("Sending on   Socket/fallback/fallback-net");
  pinger_ =
      std::make_unique<Pinger>(loop_, static_cast<std::size_t>(setup_.settings.number("pings_in_flight")),
                               [this](base::Ipv4 address, Pinger::Result result) {
                                 pipeline_->pinged(address, result);
                                 batch_done();
                               });
  if (!pinger_->usable())
    base::log_error("Unable to create icmp socket: addresses are offered without a ping.");
}

void Server::prepare() {
  sender_ = std::make_unique<Sender>(counters_, udp_.get(), parameters().local_port);
  Pipeline::Options options;
  options.local_port = parameters().local_port;
  options.remote_port = parameters().remote_port;
  options.host_name = parameters().host_name;
  options.broadcast_to = parameters().broadcast_to;
  options.replies_waiting = static_cast<std::size_t>(setup_.settings.number("replies_waiting"));
  options.policy = {setup_.settings.flag("decline_check"), setup_.settings.flag("release_check"),
                    setup_.settings.flag("reuse_offers")};
  pipeline_ = std::make_unique<Pipeline>(
      Pipeline::Parts{counters_, leases_, *store_, helper_, *pinger_, *sender_, *links_, resolver_}, options,
      [this] {
        exit_status_ = 1;
        loop_.stop();
      });
  pipeline_->global_variables() = std::move(setup_.global_variables);
  pipeline_->use(config());

  store_->start();
  watch_events();
  watch_signals();
  warm_names();
  links_->serve(helper_);
  tick_.start(kTick);
}

void Server::watch_events() {
  const auto watch = [this](int fd, std::function<void()> ready) {
    watches_.push_back(std::make_unique<base::FdWatch>(loop_, fd, std::move(ready)));
  };
  watch(wake_.get(), [this] {
    eventfd_t count = 0;
    ::eventfd_read(wake_.get(), &count);
    pipeline_->committed();
    batch_done();
  });
  watch(helper_.socket(), [this] {
    helper_.answered();
    if (!helper_.alive()) {
      base::log_error(
          "The helper process has ended: no scripts, names and returning interfaces from now on.");
      watches_.back()->pause();  // this one
    }
    batch_done();
  });
}

void Server::watch_signals() {
  const auto on = [this](int number, std::function<void()> caught) {
    signals_.push_back(std::make_unique<base::SignalWatch>(loop_, number, std::move(caught)));
  };
  on(SIGTERM, [this] { stop(); });
  on(SIGINT, [this] { stop(); });
  on(SIGHUP, [this] { reload(); });
  on(SIGUSR1, [this] { log_counters(); });
}

// Names of the configuration are known before the first client asks, unless the name servers are slow.
void Server::warm_names() {
  for (const auto& name : host_names(config())) resolver_.addresses(name);
  bool late = false;
  base::Timer patience(loop_, [&late] { late = true; });
  patience.start(kNamePatience);
  while (resolver_.pending() > 0 && !late) loop_.run_once();
  if (late)
    base::log_warning("Some host names of the configuration are not resolved yet; serving without them.");
}

int Server::run() {
  base::Log::process().hold(true);
  loop_.run();
  signals_.clear();  // a second SIGTERM ends us even where the disk does not answer
  setup_.supervisor.tell("STOPPING=1");
  store_->drain();
  pipeline_->committed();
  base::Log::process().hold(false);
  base::Log::process().flush();
  return exit_status_;
}

void Server::batch_done() {
  pipeline_->end_batch();
  if (base::Log::process().waiting() && !log_again_.running()) log_again_.start(kLogAgain);
}

void Server::tick() {
  const bool all = pipeline_->expire(static_cast<std::size_t>(setup_.settings.number("expired_at_once")));
  batch_done();
  tick_.start(all ? base::Duration(kTick) : base::Duration::zero());
}

void Server::stop() { loop_.stop(); }

void Server::log_counters() {
  base::log_info(
      "Counters: %zu replies wait for the disk, %zu pings in flight, %lu stray echo replies, %zu leases",
      pipeline_->waiting(), pinger_->count(), pinger_->strays(), leases_.size());
  for (const auto& line : counters_.lines()) base::log_info("Counters: %s", line.c_str());
  batch_done();
}

namespace {

// A file that the restrictions which the server is under since its start keep from it.
bool is_unreadable(const std::vector<conf::Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const conf::Diagnostic& diagnostic) {
    return diagnostic.message.find(std::strerror(EACCES)) != std::string::npos;
  });
}

}  // namespace

// The new configuration stands beside the old one until it is known to be good.
void Server::reload() {
  const std::string& path = parameters().config_file;
  setup_.supervisor.tell("RELOADING=1");
  auto result = conf::parse(path, [this](const std::string& file) { return read_config(file); });
  for (const auto& diagnostic : result.diagnostics) {
    for (const auto& line : conf::render(diagnostic)) base::log_error("%s", line.c_str());
  }
  if (!result.config) {
    counters_.add(Counter::kReloadFailed);
    base::log_error("%s has errors: the configuration in force is kept.", path.c_str());
    if (is_unreadable(result.diagnostics))
      base::log_error("A running dhcpd can read only directories that it read at start: restart it.");
  } else {
    Parameters wanted = parameters();
    std::vector<conf::Effect> effects;
    apply_global_scope(*result.config, pipeline_->global_variables(), &resolver_, wanted, effects);
    pipeline_->run_global_effects(std::move(effects));
    warn_of_not_served(*result.config);
    warn_of_restart(wanted);
    leases_.adopt(*result.config);
    pipeline_->use(*result.config);
    links_->adopt(*result.config);
    setup_.config = std::move(result.config);  // the old one ends here
    for (const auto& name : host_names(config())) resolver_.addresses(name);
    counters_.add(Counter::kReload);
    base::log_info("%s read again.", path.c_str());
  }
  setup_.supervisor.tell("READY=1\nSTATUS=Dispatching packets...");
  batch_done();
}

// A file that is closed to the account that the server runs as, the helper opens.
std::optional<std::string> Server::read_config(const std::string& path) {
  auto text = conf::read_file(path);
  if (text || errno != EACCES) return text;
  base::UniqueFd descriptor = helper_.read(path);
  if (!descriptor) return std::nullopt;
  return conf::read_descriptor(std::move(descriptor));
}

// What is settled at start: a change of it is not obeyed before the next one, and we say so.
void Server::warn_of_restart(const Parameters& wanted) {
  const Parameters& now = parameters();
  const auto warn = [](bool differs, const char* what) {
    if (differs)
      base::log_warning("%s has changed: that needs a restart and is not obeyed until then.", what);
  };
  warn(wanted.lease_file != now.lease_file, "lease-file-name");
  warn(wanted.pid_file != now.pid_file, "pid-file-name");
  warn(wanted.local_port != now.local_port, "local-port");
  warn(wanted.remote_port != now.remote_port, "remote-port");
  warn(wanted.local_address != now.local_address, "local-address");
  if (setup_.syslog && wanted.log_facility != now.log_facility)
    setup_.syslog->set_facility(wanted.log_facility);
}

}  // namespace dhcpd
