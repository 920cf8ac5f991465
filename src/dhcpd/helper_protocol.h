// What the server and its helper process say to each other: one message a datagram of a SOCK_SEQPACKET pair.
//
//   question  u8 kind, u32 number, then   kExecute: texts;  kResolve, kName, kRead: text;
//             kOpen: u32 interface, u16 port
//   answer    u8 kind, u32 number, u32 status: kExecute: of wait(2);  kNoProgram (before kExecute): errno;
//             kOpen, kRead: errno, and the descriptor beside it if that is 0;  kResolve: 0, then u32 address
//             ...;  kName: 0, then text (empty: none)
//   text      u16 length, bytes
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/bytes.h"
#include "base/fd.h"

namespace dhcpd {

enum class HelperTask : std::uint8_t { kExecute = 1, kResolve, kOpen, kRead, kName, kNoProgram };

inline constexpr std::size_t kLongestHelperMessage = 64 << 10;  // bytes

struct HelperQuestion {
  HelperTask task = HelperTask::kExecute;
  std::uint32_t number = 0;
  // kExecute: the arguments; kResolve: the name; kName: the address; kRead: the path
  std::vector<std::string> words;
  std::uint32_t interface_index = 0;
  std::uint16_t port = 0;
};

struct HelperAnswer {
  HelperTask task = HelperTask::kExecute;
  std::uint32_t number = 0;
  std::uint32_t status = 0;
  std::vector<base::Ipv4> addresses;
  std::string name;  // kName
  base::UniqueFd descriptor;
};

base::Bytes encode(const HelperQuestion& question);
base::Bytes encode(const HelperAnswer& answer);  // without the descriptor
std::optional<HelperQuestion> decode_question(base::ByteView bytes);
std::optional<HelperAnswer> decode_answer(base::ByteView bytes);

// False with errno; EAGAIN: the other side is behind.
bool send_message(int socket, const base::Bytes& bytes, int descriptor = -1);
// Empty where nothing waits, or (`closed`) where the other side has ended.
base::Bytes receive_message(int socket, base::UniqueFd* descriptor, bool& closed);

// The helper's life: answers questions on `socket` until the other end is closed. `script_seconds`: a script
// that runs longer is killed (0: no limit). `readable`: the directories whose files it opens for the server.
[[noreturn]] void run_helper(base::UniqueFd socket, unsigned script_seconds,
                             const std::vector<std::string>& readable);

}  // namespace dhcpd
