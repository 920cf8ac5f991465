#include "tftp/sender.h"

#include <gtest/gtest.h>

#include "tftp/blocks.h"

using namespace tftp;
using namespace std::chrono_literals;

namespace {

base::MonotonicTime at(std::chrono::milliseconds ms) { return base::MonotonicTime() + 1h + ms; }

Agreement plain() { return {}; }
Agreement window(std::uint32_t size) {
  Agreement a;
  a.windowsize = size;
  a.oack = {0, 6};
  return a;
}

base::Bytes packet(Opcode opcode, std::uint16_t number) {
  base::Bytes out(4);
  set_header(out.data(), opcode, number);
  return out;
}

// A sender, and a wire that counts.
struct Rig {
  explicit Rig(const Agreement& a, std::uint64_t blocks) : sender(a, at(0ms)) {
    sender.set_last(blocks);
    flush();
  }
  // Sends what is due; returns it as "first+count".
  std::string flush() {
    if (sender.oack_due()) {
      sender.oack_sent(now);
      ++datagrams;
      return "oack";
    }
    const auto run = sender.due();
    if (run.count == 0) return "";
    sender.sent(run.count, now);
    datagrams += run.count;
    return std::to_string(run.first) + "+" + std::to_string(run.count);
  }
  std::string ack(std::uint16_t number) {
    const base::Bytes bytes = packet(Opcode::kAck, number);
    sender.receive(bytes, now);
    return flush();
  }
  std::string wait() {
    now = sender.deadline();
    sender.tick(now);
    return flush();
  }
  base::MonotonicTime now = at(0ms);
  int datagrams = 0;
  Sender sender;
};

}  // namespace

TEST(TftpBlocks, NumbersRollOver) {
  EXPECT_EQ(wire_number(65535, 0), 65535);
  EXPECT_EQ(wire_number(65536, 0), 0);
  EXPECT_EQ(wire_number(65536, 1), 1);
  EXPECT_EQ(wire_number(65536 + 65535, 1), 1);
  EXPECT_EQ(wire_number(200000, 65535), 65535);
  for (const std::uint16_t rollover : std::initializer_list<std::uint16_t>{0, 1, 7, 65000, 65535}) {
    for (std::uint64_t block : {1ull, 65535ull, 65536ull, 131071ull, 131072ull, 9999999ull}) {
      const std::uint16_t number = wire_number(block, rollover);
      EXPECT_EQ(block_numbered(number, block, block, rollover), block) << block << " " << rollover;
    }
  }
  EXPECT_FALSE(block_numbered(5, 6, 9, 0));
  EXPECT_FALSE(block_numbered(5, 65540, 65540, 0));
}

TEST(TftpSender, LockStepToTheEnd) {
  Rig rig(plain(), 3);
  EXPECT_EQ(rig.datagrams, 1);
  EXPECT_EQ(rig.ack(1), "2+1");
  EXPECT_EQ(rig.ack(2), "3+1");
  EXPECT_EQ(rig.ack(3), "");
  EXPECT_EQ(rig.sender.outcome(), Outcome::kCompleted);
}

TEST(TftpSender, NeverTheSorcerersApprentice) {
  Rig rig(plain(), 100);
  for (std::uint16_t n = 1; n < 100; ++n) {
    rig.ack(n);
    EXPECT_EQ(rig.ack(n), "") << "a duplicate is answered by nothing";
    rig.ack(static_cast<std::uint16_t>(n - 1));
    rig.ack(static_cast<std::uint16_t>(n + 2));
  }
  EXPECT_EQ(rig.datagrams, 100);
  EXPECT_EQ(rig.sender.sent_again(), 0u);
}

TEST(TftpSender, OackIsAnsweredByAckZero) {
  Rig rig(window(4), 10);
  EXPECT_EQ(rig.datagrams, 1);
  EXPECT_EQ(rig.ack(3), "") << "no block was sent that this could be for";
  EXPECT_EQ(rig.ack(0), "1+4");
  EXPECT_EQ(rig.ack(4), "5+4");
  EXPECT_EQ(rig.ack(8), "9+2");
  EXPECT_EQ(rig.ack(10), "");
  EXPECT_EQ(rig.sender.outcome(), Outcome::kCompleted);
}

TEST(TftpSender, AnAcknowledgementSendsAWindowBackOnce) {
  Rig rig(window(8), 100);
  rig.ack(0);
  EXPECT_EQ(rig.ack(3), "4+8") << "block 4 is missing";
  for (int i = 0; i < 50; ++i) EXPECT_EQ(rig.ack(3), "");
  EXPECT_EQ(rig.ack(11), "12+8");
  EXPECT_EQ(rig.ack(11), "12+8") << "the first of the window is missing";
  EXPECT_EQ(rig.ack(11), "");
  EXPECT_EQ(rig.wait(), "12+8");
}

TEST(TftpSender, SizeProbeAndAbort) {
  Rig probe(window(1), 10);
  probe.sender.receive(packet(Opcode::kError, 8), probe.now);
  EXPECT_EQ(probe.sender.outcome(), Outcome::kOptionsRefused);
  EXPECT_EQ(probe.sender.error_code(), 8);
  Rig abort(plain(), 10);
  abort.sender.receive(base::Bytes{0, 5}, abort.now);
  EXPECT_EQ(abort.sender.outcome(), Outcome::kAborted);
}

TEST(TftpSender, ShortAndForeignPacketsAreNothing) {
  Rig rig(plain(), 10);
  for (const auto& bytes : {base::Bytes{}, base::Bytes{0}, base::Bytes{0, 4}, base::Bytes{0, 4, 0},
                            base::Bytes{0, 3, 0, 1}, base::Bytes{0, 1, 'f', 0}, base::Bytes{4, 0, 0, 1}}) {
    rig.sender.receive(bytes, rig.now);
    EXPECT_EQ(rig.flush(), "");
  }
  base::Bytes longer = packet(Opcode::kAck, 1);
  longer.push_back(9);
  rig.sender.receive(longer, rig.now);
  EXPECT_EQ(rig.flush(), "2+1") << "an ACK may be longer than four octets";
}

TEST(TftpSender, TheStocksScheduleForAClientThatHasAnswered) {
  Agreement a;
  a.timeout = 100ms;
  a.timeout_given = true;
  Rig rig(a, 3);
  rig.ack(1);
  std::string times;
  while (!rig.sender.outcome()) {
    rig.wait();
    times +=
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(rig.now - at(0ms)).count()) +
        " ";
  }
  EXPECT_EQ(times, "100 300 700 1500 3100 6300 ");
  EXPECT_EQ(rig.sender.outcome(), Outcome::kTimedOut);
  EXPECT_EQ(rig.datagrams, 1 + 6);
}

TEST(TftpSender, AnAddressThatNeverAnsweredGetsThreeAtMost) {
  Rig rig(plain(), 3);
  while (!rig.sender.outcome()) rig.wait();
  EXPECT_EQ(rig.datagrams, 3);
  EXPECT_LE(rig.now - at(0ms), 10s);
  Agreement slow;
  slow.timeout = 255s;
  Rig patient(slow, 3);
  while (!patient.sender.outcome()) patient.wait();
  EXPECT_LE(patient.now - at(0ms), 10s);
}

TEST(TftpSender, ARepeatedRequestRepeatsTheFirstAnswerOnly) {
  Rig rig(plain(), 3);
  rig.sender.receive_request_again();
  EXPECT_EQ(rig.flush(), "1+1");
  rig.ack(1);
  rig.sender.receive_request_again();
  EXPECT_EQ(rig.flush(), "");
}

TEST(TftpSender, AQuickPeerIsAskedAgainSooner) {
  Rig rig(plain(), 1000);
  for (std::uint16_t n = 1; n < 50; ++n) {
    rig.now += 1ms;
    rig.ack(n);
  }
  const auto before = rig.now;
  EXPECT_EQ(rig.wait(), "50+1");
  EXPECT_LE(rig.now - before, 250ms);
  while (!rig.sender.outcome()) rig.wait();
  EXPECT_GE(rig.now - before, 62s) << "and given up no sooner";
}

TEST(TftpSender, WindowsCrossTheRollover) {
  for (const std::uint16_t rollover : std::initializer_list<std::uint16_t>{0, 1, 50000}) {
    Agreement a = window(16);
    a.rollover = rollover;
    Rig rig(a, 140001);
    rig.ack(0);
    std::uint64_t block = 0;
    while (!rig.sender.outcome()) {
      block = std::min<std::uint64_t>(block + 16, 140001);
      rig.ack(wire_number(block, rollover));
    }
    EXPECT_EQ(rig.sender.outcome(), Outcome::kCompleted);
    EXPECT_EQ(rig.datagrams, 1 + 140001);
  }
}
