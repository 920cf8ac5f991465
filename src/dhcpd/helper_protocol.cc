#include "dhcpd/helper_protocol.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace dhcpd {

namespace {

void put_text(base::Bytes& out, const std::string& text) {
  base::put_u16(out, static_cast<std::uint16_t>(text.size()));
  base::put_bytes(out, base::ByteView(text));
}

std::optional<std::string> get_text(base::ByteReader& in) {
  const auto length = in.u16();
  if (!length) return std::nullopt;
  const auto bytes = in.bytes(*length);
  if (!bytes) return std::nullopt;
  return std::string(bytes->text());
}

template <typename Message>
bool read_head(base::ByteReader& in, Message& message) {
  const auto task = in.u8();
  const auto number = in.u32();
  if (!task || !number || *task < 1 || *task > static_cast<std::uint8_t>(HelperTask::kNoProgram))
    return false;
  message.task = static_cast<HelperTask>(*task);
  message.number = *number;
  return true;
}

}  // namespace

base::Bytes encode(const HelperQuestion& question) {
  base::Bytes out;
  base::put_u8(out, static_cast<std::uint8_t>(question.task));
  base::put_u32(out, question.number);
  if (question.task == HelperTask::kOpen) {
    base::put_u32(out, question.interface_index);
    base::put_u16(out, question.port);
  }
  for (const auto& word : question.words) put_text(out, word);
  return out;
}

base::Bytes encode(const HelperAnswer& answer) {
  base::Bytes out;
  base::put_u8(out, static_cast<std::uint8_t>(answer.task));
  base::put_u32(out, answer.number);
  base::put_u32(out, answer.status);
  if (answer.task == HelperTask::kName) put_text(out, answer.name);
  for (const base::Ipv4 address : answer.addresses) base::put_u32(out, address.value);
  return out;
}

std::optional<HelperQuestion> decode_question(base::ByteView bytes) {
  base::ByteReader in(bytes);
  HelperQuestion question;
  if (!read_head(in, question)) return std::nullopt;
  if (question.task == HelperTask::kOpen) {
    const auto interface_index = in.u32();
    const auto port = in.u16();
    if (!interface_index || !port) return std::nullopt;
    question.interface_index = *interface_index;
    question.port = *port;
  }
  while (!in.at_end()) {
    auto word = get_text(in);
    if (!word) return std::nullopt;
    question.words.push_back(std::move(*word));
  }
  if (question.task != HelperTask::kOpen && question.words.empty()) return std::nullopt;
  return question;
}

std::optional<HelperAnswer> decode_answer(base::ByteView bytes) {
  base::ByteReader in(bytes);
  HelperAnswer answer;
  if (!read_head(in, answer)) return std::nullopt;
  const auto status = in.u32();
  if (!status) return std::nullopt;
  answer.status = *status;
  if (answer.task == HelperTask::kName) answer.name = get_text(in).value_or("");
  while (const auto address = in.u32()) answer.addresses.push_back(base::Ipv4{*address});
  return answer;
}

bool send_message(int socket, const base::Bytes& bytes, int descriptor) {
  iovec part{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* c = CMSG_FIRSTHDR(&message);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(c), &descriptor, sizeof descriptor);
  }
  ssize_t sent = 0;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  return sent >= 0;
}

base::Bytes receive_message(int socket, base::UniqueFd* descriptor, bool& closed) {
  base::Bytes bytes(kLongestHelperMessage);
  iovec part{bytes.data(), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  const ssize_t got = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (got <= 0) {
    closed = got == 0 || (errno != EAGAIN && errno != EINTR);
    return {};
  }
  bytes.resize(static_cast<std::size_t>(got));
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    int received = -1;
    std::memcpy(&received, CMSG_DATA(c), sizeof received);
    base::UniqueFd owner(received);
    if (descriptor) *descriptor = std::move(owner);
  }
  return bytes;
}

}  // namespace dhcpd
