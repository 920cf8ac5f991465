#include "tftp/packet.h"

#include <algorithm>
#include <optional>

namespace tftp {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// The text up to the next NUL, which is consumed; nullopt where none is left.
std::optional<std::string_view> take_string(std::string_view& rest) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return text;
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

ParsedRequest parse_request(base::ByteView datagram) {
  if (datagram.size() < 2) return NotARequest{};
  const auto opcode = static_cast<Opcode>(base::get_u16(datagram.data()));
  if (opcode != Opcode::kRrq && opcode != Opcode::kWrq) return NotARequest{};

  std::string_view rest = datagram.subview(2).text();
  if (!rest.empty() && rest.back() != '\0') {
    return BadRequest{ErrorCode::kBadOperation, "Request not null-terminated"};
  }
  Request request;
  request.opcode = opcode;
  const auto name = take_string(rest);
  const auto mode = take_string(rest);
  if (!name || name->empty() || !mode || mode->empty()) {
    return BadRequest{ErrorCode::kBadOperation, "Missing mode"};
  }
  request.name = *name;
  if (equal_ignoring_case(*mode, "octet")) {
    request.mode = Mode::kOctet;
  } else if (equal_ignoring_case(*mode, "netascii")) {
    request.mode = Mode::kNetascii;
  } else {
    return BadRequest{ErrorCode::kBadOperation, "Unknown mode"};
  }
  while (true) {
    const auto option = take_string(rest);
    const auto value = option ? take_string(rest) : std::nullopt;
    if (!option || !value || option->empty() || value->empty()) break;
    request.options.emplace_back(*option, *value);
  }
  return request;
}

base::Bytes encode_error(ErrorCode code, std::string_view text) {
  text = text.substr(0, std::min(text.find('\0'), kMaxErrorText));
  base::Bytes out;
  out.reserve(kHeaderSize + text.size() + 1);
  base::put_u16(out, static_cast<std::uint16_t>(Opcode::kError));
  base::put_u16(out, static_cast<std::uint16_t>(code));
  base::put_bytes(out, base::ByteView(text));
  base::put_u8(out, 0);
  return out;
}

}  // namespace tftp
