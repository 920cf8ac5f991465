// libFuzzer target: a configuration, a NUL byte, and a packet (behind the cookie, if it is short, its
// options). Everything in the configuration that evaluates is evaluated for the packet, as nested and as
// often as its statements say.
#include <cstdint>
#include <string>

#include "conf/encapsulate.h"
#include "conf/evaluate.h"
#include "conf/parse.h"
#include "dhcp/message.h"

namespace {

class OneAddress : public conf::Resolver {
 public:
  std::vector<base::Ipv4> addresses(const std::string& name) override {
    if (name.size() % 2 == 0) return {};
    return {base::Ipv4{0x0a000001}, base::Ipv4{0x0a000002}};
  }
};

dhcp::Message packet_of(base::ByteView bytes) {
  base::Bytes datagram;
  if (bytes.size() < dhcp::kFixedSize + dhcp::kCookieSize) {
    datagram = {1, 1, 6, 0};
    datagram.resize(dhcp::kFixedSize);
    base::put_bytes(datagram, base::Bytes{99, 130, 83, 99});
  }
  base::put_bytes(datagram, bytes);
  auto decoded = dhcp::decode(datagram);
  if (auto* message = std::get_if<dhcp::Message>(&decoded)) return std::move(*message);
  return {};
}

void evaluate_all(const conf::Config& config, const dhcp::Message* message) {
  conf::Variables lease, packet, global;
  conf::OptionState options;
  OneAddress resolver;
  const std::string host_name = "server";
  conf::Context context;
  context.config = &config;
  context.message = message;
  context.reply = &options;
  context.lease_variables = &lease;
  context.packet_variables = &packet;
  context.global_variables = &global;
  context.resolver = &resolver;
  context.host_name = &host_name;
  conf::execute(config.global.statements, context);
  for (const auto& c : config.classes) {
    if (c->match_if) conf::evaluate_boolean(*c->match_if, context);
    if (c->submatch) conf::evaluate_data(*c->submatch, context);
    conf::execute_scope(c->scope, context, &config.global);
  }
  for (const auto& subnet : config.subnets) conf::execute_scope(subnet->scope, context);
  for (const unsigned event : {conf::kEventCommit, conf::kEventRelease, conf::kEventExpiry}) {
    context.event = event;
    if (const conf::Statement* handler = conf::handler_of(context, event))
      conf::execute(handler->detail->body, context);
  }
  for (const conf::OptionState::Entry& entry : options.entries()) entry.value();
  for (std::size_t space = 0; space < config.options.space_count(); ++space)
    conf::encapsulate(options, config.options, static_cast<std::uint16_t>(space));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(input.find('\0'), size);
  const std::string text = input.substr(0, end);
  const conf::ReadFile read = [&](const std::string& name) {
    return name == "dhcpd.conf" ? std::optional<std::string>(text) : std::nullopt;
  };
  const conf::ParseResult result = conf::parse("dhcpd.conf", read);
  if (!result.config) return 0;
  const dhcp::Message message = packet_of(base::ByteView(data, size).subview(end + 1));
  evaluate_all(*result.config, nullptr);
  evaluate_all(*result.config, &message);
  return 0;
}
