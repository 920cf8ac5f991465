// What server and helper say to each other: read back as written, and nothing but whole messages.
#include "dhcpd/helper_protocol.h"

#include <gtest/gtest.h>

namespace {

using namespace dhcpd;

TEST(HelperProtocol, QuestionsComeBack) {
  HelperQuestion question;
  question.task = HelperTask::kExecute;
  question.number = 0x01020304;
  question.words = {"/bin/echo", "", "two words"};
  const auto read = decode_question(encode(question));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->number, 0x01020304U);
  EXPECT_EQ(read->words, question.words);

  HelperQuestion open;
  open.task = HelperTask::kOpen;
  open.interface_index = 7;
  open.port = 67;
  const auto again = decode_question(encode(open));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->interface_index, 7U);
  EXPECT_EQ(again->port, 67);
}

TEST(HelperProtocol, AnswersComeBack) {
  HelperAnswer answer;
  answer.task = HelperTask::kResolve;
  answer.number = 9;
  answer.addresses = {base::Ipv4{0x0a000001}, base::Ipv4{0x0a000002}};
  const auto read = decode_answer(encode(answer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->addresses, answer.addresses);

  HelperAnswer named;
  named.task = HelperTask::kName;
  named.name = "pc1.example.org";
  const auto again = decode_answer(encode(named));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->name, named.name);
}

TEST(HelperProtocol, CutsAreRefused) {
  HelperQuestion question;
  question.words = {"abc"};
  const auto bytes = encode(question);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(decode_question(base::ByteView(bytes).subview(0, size))) << size;
}

}  // namespace
