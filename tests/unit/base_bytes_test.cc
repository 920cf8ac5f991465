#include "base/bytes.h"

#include <gtest/gtest.h>

#include "base/nearest.h"

using namespace base;

TEST(ByteReader, ReadsBigEndianAndStopsAtTheEnd) {
  const Bytes bytes = {1, 2, 3, 4, 5, 6, 7};
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 1);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_TRUE(reader.at_end());
  EXPECT_FALSE(reader.u8());
}

TEST(ByteReader, AnIncompleteFieldLeavesThePosition) {
  const Bytes bytes = {1, 2, 3};
  ByteReader reader(bytes);
  EXPECT_FALSE(reader.u32());
  EXPECT_EQ(reader.position(), 0u);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_FALSE(reader.bytes(2));
  EXPECT_EQ(reader.remaining(), 1u);
}

TEST(ByteView, SubviewIsClipped) {
  const Bytes bytes = {1, 2, 3};
  EXPECT_EQ(ByteView(bytes).subview(1, 100).size(), 2u);
  EXPECT_TRUE(ByteView(bytes).subview(4).empty());
  EXPECT_EQ(ByteView(bytes).subview(1, 1), ByteView(Bytes{2}));
}

TEST(Hex, TwoLowerCaseDigitsAByte) {
  EXPECT_EQ(hex(Bytes{0x02, 0x0a, 0xff}), "02:0a:ff");
  EXPECT_EQ(hex(ByteView()), "");
}

TEST(Nearest, FindsTheMeantWordAndNothingFar) {
  EXPECT_EQ(nearest("authorative", {"authoritative", "allow"}), "authoritative");
  EXPECT_EQ(nearest("substing", {"suffix", "substring"}), "substring");
  EXPECT_EQ(nearest("zzz", {"authoritative", "allow"}), "");
  EXPECT_EQ(edit_distance("ab", "ba"), 1u);
}
