// What is opened, what is cached, and what goes to strangers.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "tftpd/admission.h"
#include "tftpd/block_source.h"
#include "tftpd/file_access.h"
#include "tftpd/read_cache.h"
#include "tftpd/strangers.h"

using namespace tftpd;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

class Folder : public testing::Test {
 protected:
  Folder() {
    char name[] = "/tmp/bootserver-files-XXXXXX";
    path = fs::canonical(::mkdtemp(name));
    ::chmod(path.c_str(), 0755);
    fs::create_directory(path / "in");
    fs::create_directory(path / "in-private");
    write("in/file", "inside");
    write("in-private/x", "secret");
    write("secret", "secret");
    fs::create_symlink("../secret", path / "in/out");
    fs::create_symlink(path / "secret", path / "in/absolute");
    fs::create_symlink("file", path / "in/link");
    ::mkfifo((path / "in/fifo").c_str(), 0666);
    ::chmod((path / "in/fifo").c_str(), 0666);
  }
  ~Folder() override { fs::remove_all(path); }

  void write(const std::string& name, const std::string& text, mode_t mode = 0644) {
    std::ofstream(path / name) << text;
    ::chmod((path / name).c_str(), mode);
  }
  static std::string outcome(std::variant<OpenedFile, Denial> result) {
    if (const auto* denial = std::get_if<Denial>(&result)) {
      return std::to_string(static_cast<int>(denial->code)) + " " + denial->text;
    }
    char text[64] = "";
    const auto& file = std::get<OpenedFile>(result);
    return ::read(file.fd.get(), text, sizeof text - 1) < 0 ? "open" : text;
  }

  fs::path path;
};

using FileAccessTest = Folder;
using ReadCacheTest = Folder;

}  // namespace

TEST_F(FileAccessTest, DirectoryListKeepsToWholeComponents) {
  const auto access = FileAccess::in_directories({path / "in"}, {});
  const auto get = [&](const std::string& name) { return outcome(access.open_for_reading(name)); };
  EXPECT_EQ(get(path / "in/file"), "inside");
  EXPECT_EQ(get(path.string() + "//in/./file"), "inside");
  EXPECT_EQ(get(path / "in/link"), "inside");
  EXPECT_EQ(get("in/file"), "2 Only absolute filenames allowed");
  EXPECT_EQ(get(path.string() + "/in/../secret"), "2 Reverse path not allowed");
  EXPECT_EQ(get(path / "in-private/x"), "2 Forbidden directory");
  EXPECT_EQ(get(path / "secret"), "2 Forbidden directory");
  EXPECT_EQ(get(path / "in/out"), "2 Forbidden directory") << "a link that leads out";
  EXPECT_EQ(get(path / "in/absolute"), "2 Forbidden directory");
  EXPECT_EQ(get(path / "in/none"), "1 File not found");
  EXPECT_EQ(get(path / "in/file/x"), "1 File not found");
  EXPECT_EQ(get(path.string() + "/in/.."), "2 Forbidden directory");
}

TEST_F(FileAccessTest, OnlyRegularFilesAndWithoutWaiting) {
  const auto access = FileAccess::in_directories({path}, {});
  const auto get = [&](const std::string& name) { return outcome(access.open_for_reading(path / name)); };
  EXPECT_EQ(get("in/fifo"), "2 Not a regular file");
  EXPECT_EQ(get("in"), "0 Is a directory");
  EXPECT_EQ(outcome(access.open_for_writing(path / "in/fifo")), "2 Not a regular file");
  EXPECT_EQ(outcome(FileAccess::in_directories({}, {}).open_for_reading("/dev/zero")),
            "2 Not a regular file");
}

TEST_F(FileAccessTest, TheWorldReadableRule) {
  write("in/private", "p", 0640);
  write("in/writable", "w", 0666);
  const auto strict = FileAccess::in_directories({path}, {});
  EXPECT_EQ(outcome(strict.open_for_reading(path / "in/private")),
            "2 File must have global read permissions");
  EXPECT_EQ(outcome(strict.open_for_writing(path / "in/file")), "2 File must have global write permissions");
  EXPECT_EQ(outcome(strict.open_for_writing(path / "in/new")), "1 File not found");
  FileAccess::Rules rules;
  rules.permissive = true;
  EXPECT_EQ(outcome(FileAccess::in_directories({path}, rules).open_for_reading(path / "in/private")), "p");
}

TEST_F(FileAccessTest, ARefusedUploadLeavesNothingBehind) {
  FileAccess::Rules rules;
  rules.create = true;
  const mode_t old = ::umask(022);
  const auto access = FileAccess::in_directories({path}, rules);
  EXPECT_EQ(outcome(access.open_for_writing(path / "in/new")), "2 File must have global write permissions");
  EXPECT_FALSE(fs::exists(path / "in/new"));
  ::umask(0);
  EXPECT_EQ(outcome(access.open_for_writing(path / "in/new")), "open");
  EXPECT_TRUE(fs::exists(path / "in/new"));
  ::umask(old);
}

TEST_F(FileAccessTest, BeneathARootWithoutChroot) {
  const auto access = FileAccess::beneath(path / "in", {});
  const auto get = [&](const std::string& name) { return outcome(access.open_for_reading(name)); };
  EXPECT_EQ(get("file"), "inside");
  EXPECT_EQ(get("/file"), "inside");
  EXPECT_EQ(get("../../../../etc/passwd"), "1 File not found");
  EXPECT_EQ(get("out"), "1 File not found");
  EXPECT_EQ(get("/../secret"), "1 File not found");
}

// A link is swapped between inside and outside while it is asked for.
TEST_F(FileAccessTest, NoRaceLeadsOut) {
  const auto access = FileAccess::in_directories({path / "in"}, {});
  std::atomic<bool> stop{false};
  std::thread swapper([&] {
    const fs::path good = path / "in/good", bad = path / "in/bad", link = path / "in/swap";
    while (!stop) {
      fs::create_symlink("file", good);
      fs::rename(good, link);
      fs::create_symlink("../secret", bad);
      fs::rename(bad, link);
    }
  });
  for (int i = 0; i < 20000; ++i) {
    ASSERT_NE(outcome(access.open_for_reading(path / "in/swap")), "secret");
  }
  stop = true;
  swapper.join();
}

TEST_F(ReadCacheTest, SharesAnUnchangedFile) {
  ReadCache cache(1 << 20);
  const auto open = [&](const char* name) {
    base::UniqueFd fd(::open((path / name).c_str(), O_RDONLY));
    struct stat status;
    ::fstat(fd.get(), &status);
    return cache.open(std::move(fd), status);
  };
  const auto first = open("in/file");
  EXPECT_EQ(first, open("in/file"));
  write("in/file", "changed text");
  const auto second = open("in/file");
  EXPECT_NE(first, second);
  EXPECT_EQ(second->size(), 12u);
}

TEST_F(ReadCacheTest, ViewsEveryOctetWhateverItsPlace) {
  std::string text;
  for (int i = 0; i < 300000; ++i) text.push_back(static_cast<char>(i * 7 + i / 251));
  write("in/big", text);
  ReadCache cache(1);  // the least there is: much smaller than the file
  base::UniqueFd fd(::open((path / "in/big").c_str(), O_RDONLY));
  struct stat status;
  ::fstat(fd.get(), &status);
  const auto file = cache.open(std::move(fd), status);
  for (int round = 0; round < 2; ++round) {
    for (std::uint32_t blksize : {8u, 512u, 1408u, 16384u, 65464u}) {
      BlockSource source(cache, file, tftp::Mode::kOctet, blksize);
      std::string got;
      for (std::uint64_t block = 1; block <= *source.last_block(); ++block) {
        iovec pieces[ReadCache::kMaxViews];
        std::size_t count = 0, length = 0;
        ASSERT_EQ(source.fetch(block, block - 1, 0, pieces, count, length), ReadCache::Result::kOk);
        std::size_t sum = 0;
        for (std::size_t i = 0; i < count; ++i) {
          got.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
          sum += pieces[i].iov_len;
        }
        EXPECT_EQ(sum, length);
        cache.release();
      }
      EXPECT_TRUE(got == text) << blksize;
    }
  }
}

TEST_F(ReadCacheTest, AFileCutShortIsNoticed) {
  write("in/big", std::string(100000, 'x'));
  ReadCache cache(1 << 20);
  base::UniqueFd fd(::open((path / "in/big").c_str(), O_RDONLY));
  struct stat status;
  ::fstat(fd.get(), &status);
  const auto file = cache.open(std::move(fd), status);
  fs::resize_file(path / "in/big", 50000);
  iovec pieces[ReadCache::kMaxViews];
  std::size_t count = 0;
  EXPECT_EQ(cache.view(*file, 0, 512, pieces, count), ReadCache::Result::kOk);
  EXPECT_EQ(cache.view(*file, 49999, 512, pieces, count), ReadCache::Result::kShort);
  EXPECT_EQ(cache.view(*file, 99000, 512, pieces, count), ReadCache::Result::kShort);
}

TEST_F(ReadCacheTest, NetasciiGoesBackToWhereItWasAcknowledged) {
  write("in/text", "a\nb\nc\nd\ne\nf\n");
  ReadCache cache(1 << 20);
  base::UniqueFd fd(::open((path / "in/text").c_str(), O_RDONLY));
  struct stat status;
  ::fstat(fd.get(), &status);
  BlockSource source(cache, cache.open(std::move(fd), status), tftp::Mode::kNetascii, 8);
  const auto block = [&](std::uint64_t number, std::uint64_t acknowledged) {
    iovec pieces[ReadCache::kMaxViews];
    std::size_t count = 0, length = 0;
    EXPECT_EQ(source.fetch(number, acknowledged, 0, pieces, count, length), ReadCache::Result::kOk);
    return std::string(count ? static_cast<const char*>(pieces[0].iov_base) : "", length);
  };
  const std::string whole = "a\r\nb\r\nc\r\nd\r\ne\r\nf\r\n";
  EXPECT_EQ(block(1, 0), whole.substr(0, 8));
  EXPECT_EQ(block(2, 0), whole.substr(8, 8));
  EXPECT_EQ(block(1, 0), whole.substr(0, 8));
  EXPECT_EQ(block(2, 1), whole.substr(8, 8));
  EXPECT_EQ(block(3, 1), whole.substr(16));
  EXPECT_EQ(block(2, 1), whole.substr(8, 8));
  EXPECT_EQ(block(3, 2), whole.substr(16));
}

TEST(Admission, ForgedSourcesAreBounded) {
  auto admission = std::make_unique<Admission>(Admission::Limits{});
  const base::MonotonicTime start = base::MonotonicTime() + 1h;
  std::uint64_t octets = 0;
  for (int ms = 0; ms < 10000; ++ms) {
    for (std::uint32_t i = 0; i < 10; ++i) {
      const base::SocketAddress who(base::Ipv4{static_cast<std::uint32_t>(ms) * 2654435761u + i}, 1000);
      if (admission->draw(who, 516, true, start + std::chrono::milliseconds(ms)) == Admission::Answer::kDrawn)
        octets += 544;
    }
  }
  EXPECT_LE(octets, 10 * 500000u + (1u << 20));
}

TEST(Admission, AnAnsweringAddressIsNotHeldUp) {
  auto admission = std::make_unique<Admission>(Admission::Limits{});
  const base::MonotonicTime now = base::MonotonicTime() + 1h;
  const base::SocketAddress who(base::Ipv4{0x0a000001}, 1000);
  for (int i = 0; i < 100000; ++i) {
    ASSERT_EQ(admission->draw(who, 516, true, now), Admission::Answer::kDrawn) << i;
    admission->give_back(who, 544, now, true);
  }
  int drawn = 0;
  while (admission->draw(who, 516, true, now) == Admission::Answer::kDrawn) ++drawn;
  EXPECT_LE(drawn, 8 * 61) << "a crowd behind one address";
  const base::SocketAddress stranger(base::Ipv4{0x0a000002}, 1000);
  drawn = 0;
  while (admission->draw(stranger, 516, true, now) == Admission::Answer::kDrawn) ++drawn;
  EXPECT_LE(drawn, 61) << "32 KiB are outstanding to an address that never answered";
}

TEST(Strangers, AreToldOnce) {
  Strangers strangers;
  const base::MonotonicTime now = base::MonotonicTime() + 1h;
  const base::SocketAddress who(base::Ipv4{1}, 1000);
  EXPECT_TRUE(strangers.remember(who, now));
  EXPECT_FALSE(strangers.remember(who, now + 1s));
  EXPECT_TRUE(strangers.remember(who, now + 20s));
  int answered = 0;
  for (std::uint32_t i = 0; i < 10000; ++i) {
    answered += strangers.remember(base::SocketAddress(base::Ipv4{100 + i}, 1), now + 30s);
  }
  EXPECT_LE(answered, Strangers::kAnswersASecond);
}
