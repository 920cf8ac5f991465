// Any conversation of any clients with the server's heart: frames are read, messages decoded and decided,
// time passes, leases end. What must hold: no crash, and every promise of promises.h: no address is given to
// two clients, a reply is well formed and borne out by a record, the counts of the table add up.
//
// The input is a row of steps: a kind, a client, how much time has passed, a length, and bytes for the step.
#include <algorithm>
#include <memory>

#include "base/bytes.h"
#include "conf/parse.h"
#include "dhcpd/decide.h"
#include "dhcpd/ip_packet.h"
#include "promises.h"
#include "require.h"

namespace {

constexpr const char* kConfig = R"(
authoritative;
default-lease-time 600; max-lease-time 7200; min-lease-time 60;
option domain-name "example.org"; option domain-name-servers 10.0.0.1;
option space PXE; option PXE.mtftp-ip code 1 = ip-address; vendor-option-space PXE; option PXE.mtftp-ip 0.0.0.0;
allow leasequery; one-lease-per-client on; ping-check on;
class "pxe" { match if substring(option vendor-class-identifier, 0, 9) = "PXEClient"; filename "pxelinux.0"; }
class "limited" { spawn with option agent.circuit-id; lease limit 2; }
if exists user-class { filename "ipxe"; }
subnet 10.0.0.0 netmask 255.255.255.0 {
  option routers 10.0.0.1;
  pool { deny members of "pxe"; range 10.0.0.10 10.0.0.20; }
  pool { allow members of "pxe"; allow dynamic bootp clients; range 10.0.0.30 10.0.0.33; }
  on commit { set seen = binary-to-ascii(16, 8, ":", hardware); log(info, concat("commit ", seen)); }
  on release { log(info, "release"); }
  on expiry { log(info, "expiry"); }
}
shared-network far {
  subnet 10.1.0.0 netmask 255.255.0.0 { range 10.1.0.10 10.1.0.12; range dynamic-bootp 10.1.1.1 10.1.1.2; }
  subnet 10.2.0.0 netmask 255.255.255.0 { not authoritative; }
}
host known { hardware ethernet 02:00:00:00:00:03; fixed-address 10.0.0.100, 10.1.0.100; option host-name "known"; }
host named { option dhcp-client-identifier "named"; filename "named.img"; }
)";

struct Session {
  lease::Table leases;
  Promises promises;
  dhcpd::Memory memory;
  conf::Variables variables;
  base::UnixTime now = 1800000000;

  explicit Session(const std::shared_ptr<const conf::Config>& c) : shared(c) { leases.adopt(*c); }
  std::shared_ptr<const conf::Config> shared;

  dhcpd::World world() {
    return {*shared, leases, memory, now, nullptr, &variables, nullptr, 67, 68, std::nullopt, nullptr, {}};
  }
};

std::shared_ptr<const conf::Config> configuration() {
  auto result =
      conf::parse("fuzz.conf", [](const std::string&) { return std::optional<std::string>(kConfig); });
  require(result.config != nullptr);
  return std::move(result.config);
}

base::Bytes message(std::uint8_t kind, std::uint8_t client, base::ByteView rest) {
  dhcp::Header header;
  header.op = 1;
  header.htype = 1;
  header.hlen = 6;
  header.xid = 0x1000U + client;
  header.chaddr = {2, 0, 0, 0, 0, client};
  base::ByteReader reader(rest);
  if (const auto flags = reader.u8()) header.flags = *flags & 1 ? dhcp::kBroadcastFlag : 0;
  if (const auto where = reader.u8()) {
    constexpr std::uint32_t kRelays[] = {0, 0, 0x0a000002, 0x0a010001, 0x0a020001, 0x7f000001, 0xc0a80001};
    header.giaddr.value = kRelays[*where % 7];
  }
  if (const auto own = reader.u8()) header.ciaddr.value = *own < 128 ? 0 : 0x0a000000U + *own % 64;
  base::Bytes out(dhcp::kFixedSize);
  dhcp::encode(header, out.data());
  base::put_u32(out, 0x63825363);
  if (kind != 0) base::put_bytes(out, base::Bytes{53, 1, kind});
  base::put_bytes(out, reader.rest());
  return out;
}

// `query` is null where time asked.
void apply(Session& session, const dhcpd::Decision& decision, const dhcpd::Query* query) {
  session.promises.check(decision, query, session.world());
  dhcpd::apply(decision, session.leases);
}

void deliver(Session& session, base::ByteView payload, std::uint8_t where) {
  dhcpd::UdpPacket packet;
  packet.source_port = 68;
  packet.destination_port = 67;
  packet.payload = payload;
  const auto headers = dhcpd::packet_headers(packet);
  base::Bytes frame(headers.begin(), headers.end());
  base::put_bytes(frame, payload);
  const auto read = dhcpd::read_udp_packet(frame, false);
  require(std::holds_alternative<dhcpd::UdpPacket>(read));
  auto decoded = dhcp::decode(std::get<dhcpd::UdpPacket>(read).payload);
  if (!std::holds_alternative<dhcp::Message>(decoded)) return;

  dhcpd::Query query;
  query.message = std::move(std::get<dhcp::Message>(decoded));
  query.arrival.interface = "eth0";
  query.arrival.interface_index = 2;
  query.arrival.network = session.shared->networks[where % session.shared->networks.size()].get();
  query.arrival.interface_address = base::Ipv4{0x0a000001};
  const dhcpd::Decision decision = dhcpd::decide(query, session.world());
  apply(session, decision, &query);
  if (decision.ping && where % 4 == 0)
    apply(session, dhcpd::abandon_pinged(decision.ping->address, session.world()), &query);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::shared_ptr<const conf::Config> kShared = configuration();
  Session session(kShared);
  (void)dhcpd::read_udp_packet(base::ByteView(data, size), size % 2 == 0);
  base::ByteReader steps(base::ByteView(data, size));
  while (!steps.at_end()) {
    const auto kind = steps.u8();
    const auto client = steps.u8();
    const auto time = steps.u8();
    const auto length = steps.u8();
    if (!kind || !client || !time || !length) break;
    const auto bytes = steps.bytes(std::min<std::size_t>(*length, steps.remaining()));
    session.now += *time < 200 ? *time % 8 : *time * 60;
    for (const base::Ipv4 address : session.leases.due(session.now, 100))
      apply(session, dhcpd::expire(address, session.world()), nullptr);
    if (*kind % 16 == 15)
      deliver(session, *bytes, *client);
    else
      deliver(session, message(*kind % 16, *client % 6, *bytes), *kind / 16);
  }
  session.promises.check_table(*kShared, session.leases, session.now);
  return 0;
}
