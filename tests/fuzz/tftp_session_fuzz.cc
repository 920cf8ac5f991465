// A transfer of either direction against a peer that sends anything at any time. The machine must stay within
// its window, never answer without bound, and end.
#include <algorithm>

#include "require.h"
#include "tftp/blocks.h"
#include "tftp/netascii.h"
#include "tftp/receiver.h"
#include "tftp/sender.h"

namespace {

// Octets of the input, one after the other; zeros after its end.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool ended() const { return at_ >= size_; }
  std::uint8_t octet() { return at_ < size_ ? data_[at_++] : 0; }
  std::uint16_t number() {
    const unsigned high = octet();
    return static_cast<std::uint16_t>(high << 8 | octet());
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

tftp::Agreement agreement(Script& script) {
  tftp::Agreement a;
  a.blksize = 8u + script.octet() % 16;
  const std::uint8_t kind = script.octet();
  a.rollover = kind & 1 ? script.number() : 0;
  a.windowsize = std::min<std::uint32_t>(1u + script.octet() % 64, std::max(1u, (65536u - a.rollover) / 2));
  a.timeout = std::chrono::milliseconds(10 + script.octet());
  a.timeout_given = kind & 2;
  if (kind & 4) a.oack = {0, 6};
  if (!(kind & 4)) a.windowsize = 1;
  return a;
}

base::Bytes packet(Script& script, std::uint16_t likely) {
  const std::uint8_t kind = script.octet();
  base::Bytes out(4);
  const auto opcode = static_cast<tftp::Opcode>(kind & 7);
  tftp::set_header(out.data(), opcode,
                   kind & 8 ? script.number() : static_cast<std::uint16_t>(likely + (kind >> 4) - 2));
  const std::uint8_t length = script.octet();
  if (length < 4) {
    out.resize(length);
  } else {
    out.resize(length % 64 + 4u, 'x');
  }
  return out;
}

void read_session(Script& script) {
  const tftp::Agreement a = agreement(script);
  base::MonotonicTime now = base::MonotonicTime() + std::chrono::hours(1);
  const auto start = now;
  tftp::Sender sender(a, now);
  const std::uint64_t last = 1 + (std::uint64_t{script.number()} << (script.octet() % 8));
  sender.set_last(last);
  std::uint64_t received = 0, ticks = 0, sent = 0;
  while (!sender.outcome()) {
    if (sender.oack_due()) {
      sender.oack_sent(now);
      ++sent;
    }
    const auto run = sender.due();
    require(run.count <= a.windowsize);
    if (run.count > 0) {
      require(run.first == sender.next_block() && run.first + run.count - 1 <= last);
      require(run.first + run.count - 1 <= sender.acknowledged() + a.windowsize);
      const std::uint32_t part = 1 + script.octet() % run.count;
      sender.sent(part, now);
      sent += part;
    }
    if (script.ended()) {
      now = sender.deadline();
      sender.tick(now);
      require(++ticks < 200000);
    } else if (const std::uint8_t what = script.octet(); what < 200) {
      now += std::chrono::microseconds(what * 50);
      sender.receive(packet(script, tftp::wire_number(sender.acknowledged() + 1, a.rollover)), now);
      ++received;
    } else if (what < 210) {
      sender.receive_request_again();
      ++received;
    } else {
      now += std::chrono::milliseconds(what);
      sender.tick(now);
      ++ticks;
    }
  }
  // Each packet and each timer sends one window at the most.
  require(sent <= (received + ticks + 2) * a.windowsize + 2);
  require(sender.acknowledged() <= last && now >= start);
}

void write_session(Script& script) {
  const tftp::Agreement a = agreement(script);
  base::MonotonicTime now = base::MonotonicTime() + std::chrono::hours(1);
  tftp::Receiver receiver(a, now);
  tftp::NetasciiDecoder decoder;
  base::Bytes text;
  std::uint64_t stored = 0, events = 0, replies = 0;
  bool last = false;
  while (!receiver.outcome()) {
    if (receiver.oack_due() || receiver.ack_due()) {
      receiver.reply_sent();
      ++replies;
    }
    ++events;
    if (script.ended() || script.octet() > 240) {
      now = receiver.deadline();
      receiver.tick(now);
      require(events < 200000);
      continue;
    }
    const base::Bytes bytes = packet(script, tftp::wire_number(receiver.received() + 1, a.rollover));
    if (const auto block = receiver.receive(bytes, now)) {
      require(!last);
      last = block->last;
      stored += block->payload.size();
      decoder.decode(block->payload, text);
      receiver.stored(*block, now);
    }
  }
  decoder.finish(text);
  require(replies <= events + 2 && text.size() <= stored + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  if (script.octet() & 1) {
    write_session(script);
  } else {
    read_session(script);
  }
  return 0;
}
