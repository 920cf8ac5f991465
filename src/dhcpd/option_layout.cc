#include "dhcpd/option_layout.h"

#include <algorithm>

#include "conf/encapsulate.h"
#include "dhcpd/option_list.h"

namespace dhcpd {
namespace {

constexpr std::uint8_t kCookie[dhcp::kCookieSize] = {99, 130, 83, 99};
constexpr std::size_t kUdpOverhead = 28;                            // IP and UDP headers
constexpr std::size_t kOverhead = kUdpOverhead + dhcp::kFixedSize;  // all but the option area
constexpr std::size_t kLeastMessage = 576, kMostMessage = 1500;     // what a client may limit us to
constexpr std::size_t kBootpArea = 64;                              // RFC 951 vend
constexpr std::size_t kOverloadOption = 3;
constexpr std::size_t kMostPiece = 255;

// A part of the message that holds options.
struct Area {
  std::uint8_t* bytes;
  std::size_t size;
  std::size_t used = 0;
};

// The option area with its cookie.
std::size_t area_size(const Exchange& exchange, const LayoutRules& rules) {
  std::optional<std::size_t> limit;
  if (rules.max_message_size && *rules.max_message_size != 0) limit = *rules.max_message_size;
  const base::Bytes* asked = exchange.message.option(dhcp::kOptMaxMessageSize);
  if (asked != nullptr && asked->size() >= 2) {
    const std::size_t size = base::get_u16(asked->data());
    if (!limit || size < *limit) limit = size;
  }
  if (limit && *limit != 0) return std::clamp(*limit, kLeastMessage, kMostMessage) - kOverhead;
  if (rules.is_bootp) return std::max(kBootpArea, exchange.message.raw.size() - dhcp::kFixedSize);
  return kLeastMessage - kOverhead;
}

bool has_text(const dhcp::OptionDefinition& definition) {
  for (const dhcp::Field& field : definition.format.fields)
    if (field.type == dhcp::FieldType::kText || field.type == dhcp::FieldType::kDomainName) return true;
  return false;
}

bool carries_space(const dhcp::OptionDefinition& definition) {
  for (const dhcp::Field& field : definition.format.fields)
    if (field.type == dhcp::FieldType::kEncapsulate) return true;
  return false;
}

// Puts options into the areas, each whole where it fits, else in pieces over what is left of all areas, else
// not at all.
class Packer {
 public:
  Packer(Area main, Area file, Area sname) : areas_{main, file, sname} {}

  void put(std::uint8_t code, base::ByteView value, bool is_last) {
    const std::size_t before[] = {areas_[0].used, areas_[1].used, areas_[2].used};
    bool in_pieces = value.size() > kMostPiece;
    std::size_t at = 0;
    while (at < value.size()) {
      const std::size_t left = value.size() - at;
      Area* area = in_pieces ? nullptr : whole(left, is_last);
      std::size_t room = left;
      if (area == nullptr) {
        in_pieces = true;
        area = some(room);
      }
      if (area == nullptr) {
        for (std::size_t i = 0; i < 3; ++i) areas_[i].used = before[i];
        return;
      }
      const std::size_t piece = std::min({left, room, kMostPiece});
      std::uint8_t* to = area->bytes + area->used;
      to[0] = code;
      to[1] = static_cast<std::uint8_t>(piece);
      std::copy_n(value.data() + at, piece, to + 2);
      area->used += 2 + piece;
      at += piece;
    }
  }

  const Area& area(std::size_t i) const { return areas_[i]; }

 private:
  // The last option may have the place of the overload option, when nothing is overloaded.
  Area* whole(std::size_t size, bool is_last) {
    Area& main = areas_[0];
    const bool overloaded = areas_[1].used != 0 || areas_[2].used != 0;
    if ((is_last && !overloaded && main.used + 2 + size < main.size) ||
        main.used + 2 + kOverloadOption + size < main.size)
      return &main;
    for (const std::size_t i : {1U, 2U})
      if (areas_[i].size != 0 && areas_[i].used + 3 + size < areas_[i].size) return &areas_[i];
    return nullptr;
  }

  Area* some(std::size_t& room) {
    Area& main = areas_[0];
    if (main.used + 3 + kOverloadOption < main.size) {
      room = main.size - main.used - 2 - kOverloadOption;
      return &main;
    }
    for (const std::size_t i : {1U, 2U}) {
      Area& area = areas_[i];
      if (area.size == 0 || area.used + 4 >= area.size) continue;
      room = area.size - area.used - 3;
      return &area;
    }
    return nullptr;
  }

  Area areas_[3];
};

// The value of an option as it is to be sent, encapsulated space included; nullptr: nothing to send.
class Values {
 public:
  Values(const Exchange& exchange, const LayoutRules& rules, const SiteSpace& site)
      : options_(*rules.options),
        registry_(exchange.world.config.options),
        site_(site),
        mirror_nul_(rules.mirror_nul) {}

  const base::Bytes* of(std::uint8_t code) {
    const bool site = site_.first_code != 0 && code >= site_.first_code;
    const dhcp::OptionKey key{site ? site_.space : dhcp::OptionRegistry::kDhcp, code};
    const base::Bytes* value = options_.get(key);
    if (value == nullptr && options_.is_set(key)) return nullptr;
    if (value != nullptr && value->empty()) return nullptr;
    if (value != nullptr && !mirror_nul_ && !may_carry(key)) return value;
    const dhcp::OptionDefinition* definition = registry_.find(key);
    if (definition == nullptr) return value;
    if (carries_space(*definition) && (value == nullptr || definition->format.fields.size() > 1)) {
      auto inside = encapsulated(*definition);
      if (inside) {
        scratch_ = value != nullptr ? *value : base::Bytes();
        base::put_bytes(scratch_, *inside);
        return scratch_.empty() ? nullptr : &scratch_;
      }
    }
    if (value == nullptr || !mirror_nul_ || !has_text(*definition)) return value;
    scratch_ = *value;
    scratch_.push_back(0);
    return &scratch_;
  }

 private:
  bool may_carry(dhcp::OptionKey key) const {
    const dhcp::OptionDefinition* definition = registry_.find(key);
    return definition != nullptr && definition->format.fields.size() > 1 && carries_space(*definition);
  }

  std::optional<base::Bytes> encapsulated(const dhcp::OptionDefinition& definition) const {
    std::string_view name = definition.format.encapsulated;
    if (name.empty()) {  // option 43: the space that vendor-option-space names
      const base::Bytes* named = options_.get(dhcp::server_key(dhcp::ServerOption::kVendorOptionSpace));
      if (named == nullptr) return std::nullopt;
      name = base::ByteView(*named).text();
    }
    const dhcp::OptionSpace* space = registry_.space(name);
    return space != nullptr ? conf::encapsulate(options_, registry_, space->index) : std::nullopt;
  }

  const conf::OptionState& options_;
  const dhcp::OptionRegistry& registry_;
  const SiteSpace& site_;
  bool mirror_nul_;
  base::Bytes scratch_;
};

// Ends and pads a field that holds options.
void close(const Area& area) {
  if (area.used < area.size) area.bytes[area.used] = dhcp::kOptEnd;
  for (std::size_t i = area.used + 1; i < area.size; ++i) area.bytes[i] = dhcp::kOptPad;
}

void put_agent_options(base::ByteView value, base::Bytes& out) {
  while (!value.empty()) {
    const base::ByteView piece = value.subview(0, kMostPiece);
    base::put_u8(out, dhcp::kOptRelayAgentInformation);
    base::put_u8(out, static_cast<std::uint8_t>(piece.size()));
    base::put_bytes(out, piece);
    value = value.subview(piece.size());
  }
}

}  // namespace

void lay_out(Exchange& exchange, const LayoutRules& rules, dhcp::Header& header, base::Bytes& out) {
  base::Bytes agent;
  if (rules.agent_options != nullptr) put_agent_options(*rules.agent_options, agent);
  // Option 82 comes on top of the client's limit (RFC 3046 §2.2).
  const std::size_t total = std::min(area_size(exchange, rules) + agent.size(), kMostMessage - kOverhead);
  const std::size_t room = total - std::min(agent.size(), total);

  base::put_bytes(out, base::ByteView(kCookie, sizeof kCookie));
  const std::size_t start = out.size();
  out.resize(start + total);
  const bool use_file = (rules.overload & dhcp::kOverloadFile) != 0;
  const bool use_sname = (rules.overload & dhcp::kOverloadSname) != 0;
  std::size_t main_size = room > dhcp::kCookieSize ? room - dhcp::kCookieSize : 0;
  Packer packer(Area{out.data() + start, main_size},
                Area{header.file.data(), use_file ? header.file.size() : 0},
                Area{header.sname.data(), use_sname ? header.sname.size() : 0});
  const SiteSpace site = site_space(exchange, *rules.options);
  Values values(exchange, rules, site);
  const CodeList codes = codes_to_send(exchange, rules, site);
  for (std::size_t i = 0; i < codes.size(); ++i)
    if (const base::Bytes* value = values.of(codes[i])) packer.put(codes[i], *value, i + 1 == codes.size());

  std::size_t end = start + packer.area(0).used;
  unsigned overloaded = 0;
  if (packer.area(1).used != 0) overloaded |= dhcp::kOverloadFile;
  if (packer.area(2).used != 0) overloaded |= dhcp::kOverloadSname;
  for (const std::size_t i : {1U, 2U}) {
    if (packer.area(i).used != 0)
      close(packer.area(i));
    else
      std::fill_n(packer.area(i).bytes, packer.area(i).size, std::uint8_t{0});  // what was taken back
  }
  out.resize(end);
  if (overloaded != 0) {
    base::put_u8(out, dhcp::kOptOverload);
    base::put_u8(out, 1);
    base::put_u8(out, static_cast<std::uint8_t>(overloaded));
  }
  if (out.size() - start + dhcp::kCookieSize + agent.size() <= total)
    base::put_bytes(out, agent);
  else
    exchange.error("Unable to store relay agent information in reply packet.");
  if (out.size() - start + dhcp::kCookieSize < total) base::put_u8(out, dhcp::kOptEnd);
}

}  // namespace dhcpd
