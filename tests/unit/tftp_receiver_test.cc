#include "tftp/receiver.h"

#include <gtest/gtest.h>

#include "tftp/netascii.h"

using namespace tftp;
using namespace std::chrono_literals;

namespace {

base::MonotonicTime start() { return base::MonotonicTime() + 1h; }

struct Rig {
  explicit Rig(const Agreement& a) : blksize(a.blksize), receiver(a, start()) {}
  // Feeds block `number` of `size` octets; returns what is answered: "oack", "ack N" or "".
  std::string data(std::uint16_t number, std::size_t size) {
    base::Bytes bytes(4 + size, 'x');
    set_header(bytes.data(), Opcode::kData, number);
    if (const auto block = receiver.receive(bytes, now)) {
      stored += block->payload.size();
      receiver.stored(*block, now);
    }
    return reply();
  }
  std::string reply() {
    std::string text;
    if (receiver.oack_due()) {
      text = "oack";
    } else if (const auto number = receiver.ack_due()) {
      text = "ack " + std::to_string(*number);
    }
    receiver.reply_sent();
    return text;
  }
  std::string wait() {
    now = receiver.deadline();
    receiver.tick(now);
    return receiver.outcome() ? "end" : reply();
  }
  std::size_t blksize;
  std::size_t stored = 0;
  base::MonotonicTime now = start();
  Receiver receiver;
};

std::string encode(const std::string& text, std::size_t block) {
  NetasciiPosition position;
  std::string out;
  std::string buffer(block, '\0');
  while (true) {
    const auto input = base::ByteView(std::string_view(text)).subview(position.offset);
    const std::size_t written =
        encode_netascii(input, position, reinterpret_cast<std::uint8_t*>(buffer.data()), block);
    out.append(buffer, 0, written);
    if (written < block) return out;
  }
}

std::string decode(const std::string& text, std::size_t block) {
  NetasciiDecoder decoder;
  base::Bytes out;
  for (std::size_t at = 0; at < text.size(); at += block) {
    decoder.decode(base::ByteView(std::string_view(text)).subview(at, block), out);
  }
  decoder.finish(out);
  return std::string(out.begin(), out.end());
}

}  // namespace

TEST(TftpReceiver, LockStepAndLinger) {
  Rig rig(Agreement{});
  EXPECT_EQ(rig.reply(), "ack 0");
  EXPECT_EQ(rig.data(1, 512), "ack 1");
  EXPECT_EQ(rig.data(1, 512), "ack 1") << "our answer was lost";
  EXPECT_EQ(rig.data(3, 512), "") << "not in step";
  EXPECT_EQ(rig.data(2, 100), "ack 2");
  EXPECT_FALSE(rig.receiver.outcome()) << "the last answer may be lost as well";
  EXPECT_EQ(rig.data(2, 100), "ack 2");
  EXPECT_EQ(rig.data(2, 100), "") << "once";
  EXPECT_EQ(rig.wait(), "end");
  EXPECT_EQ(rig.receiver.outcome(), Outcome::kCompleted);
  EXPECT_EQ(rig.stored, 612u);
}

TEST(TftpReceiver, AnEmptyBlockEndsAnExactMultiple) {
  Rig rig(Agreement{});
  rig.data(1, 512);
  EXPECT_EQ(rig.data(2, 0), "ack 2");
  EXPECT_EQ(rig.wait(), "end");
  EXPECT_EQ(rig.receiver.outcome(), Outcome::kCompleted);
}

TEST(TftpReceiver, AWindowIsAcknowledgedOnceAndAGapOnce) {
  Agreement a;
  a.windowsize = 4;
  a.oack = {0, 6};
  Rig rig(a);
  EXPECT_EQ(rig.reply(), "oack");
  EXPECT_EQ(rig.data(1, 512), "");
  EXPECT_EQ(rig.data(2, 512), "");
  EXPECT_EQ(rig.data(3, 512), "");
  EXPECT_EQ(rig.data(4, 512), "ack 4");
  EXPECT_EQ(rig.data(5, 512), "");
  EXPECT_EQ(rig.data(7, 512), "ack 5");
  EXPECT_EQ(rig.data(8, 512), "") << "one answer for one gap";
  EXPECT_EQ(rig.data(6, 512), "");
  EXPECT_EQ(rig.data(7, 512), "");
  EXPECT_EQ(rig.data(8, 512), "");
  EXPECT_EQ(rig.data(9, 512), "ack 9");
  EXPECT_EQ(rig.data(10, 3), "ack 10");
}

TEST(TftpReceiver, GivesUpAndSaysWhy) {
  Rig silent(Agreement{});
  int replies = 0;
  while (silent.wait() != "end") ++replies;
  EXPECT_EQ(replies, Patience::kUnprovenTransmissions - 1);
  EXPECT_EQ(silent.receiver.outcome(), Outcome::kTimedOut);
  Rig aborted(Agreement{});
  aborted.data(1, 512);
  aborted.receiver.receive(base::Bytes{0, 5, 0, 3, 0}, aborted.now);
  EXPECT_EQ(aborted.receiver.outcome(), Outcome::kAborted);
  EXPECT_EQ(aborted.receiver.error_code(), 3);
}

TEST(Netascii, ConvertsAtEveryOffsetOfABlocksEdge) {
  const std::string text = "a\nb\rc\r\nd\r\re\n\n\r";
  const std::string wire = std::string("a\r\nb\r\0c\r\0\r\nd\r\0\r\0e\r\n\r\n\r\0", 23);
  for (std::size_t block = 1; block <= wire.size() + 1; ++block) {
    EXPECT_EQ(encode(text, block), wire) << block;
    EXPECT_EQ(decode(wire, block), text) << block;
  }
  EXPECT_EQ(decode("a\rb", 1), "a\rb") << "a lone carriage return is kept";
  EXPECT_EQ(decode(std::string("a\0b\r", 4), 2), std::string("a\0b\r", 4));
  EXPECT_EQ(decode("\r\r\n", 1), "\r\n");
}
