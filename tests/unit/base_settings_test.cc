#include "base/settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

using namespace base;

namespace {

const std::vector<SettingSpec> kSpecs = {
    {"limit", std::int64_t{10}, 1, 100, "a number"}, {"name", std::string("x")}, {"enabled", true}};

// A file that is gone at the end of its test.
class SettingsFile {
 public:
  explicit SettingsFile(const std::string& text) {
    char name[] = "/tmp/bootserver-settings-XXXXXX";
    ::close(::mkstemp(name));
    path = name;
    std::ofstream(path) << text;
  }
  ~SettingsFile() { ::unlink(path.c_str()); }
  std::string path;
};

std::string error_of(const std::string& text) {
  SettingsFile file(text);
  try {
    Settings::load(file.path, "tftpd", kSpecs);
  } catch (const SettingsError& e) {
    return std::string(e.what()).substr(file.path.size());
  }
  return "";
}

}  // namespace

TEST(Settings, AMissingFileMeansDefaults) {
  const Settings s = Settings::load("/nonexistent/bootserver.cfg", "tftpd", kSpecs);
  EXPECT_EQ(s.number("limit"), 10);
  EXPECT_EQ(s.text("name"), "x");
  EXPECT_TRUE(s.flag("enabled"));
}

TEST(Settings, ReadsItsOwnSectionAndLeavesTheOther) {
  SettingsFile file("dhcpd: { whatever = 1; };\ntftpd: { limit = 20; enabled = false; };\n");
  const Settings s = Settings::load(file.path, "tftpd", kSpecs);
  EXPECT_EQ(s.number("limit"), 20);
  EXPECT_FALSE(s.flag("enabled"));
}

TEST(Settings, NamesLineAndMend) {
  EXPECT_EQ(error_of("tftpd: {\n limt = 20;\n};\n"),
            " line 2: no key \"limt\" is known in section \"tftpd\". Did you mean \"limit\"?");
  EXPECT_EQ(error_of("tftpd: {\n limit = \"20\";\n};\n"), " line 2: \"limit\" is a whole number.");
  EXPECT_EQ(error_of("tftpd: { limit = 1000; };\n"),
            " line 1: \"limit\" is 1000; it must be between 1 and 100.");
  EXPECT_EQ(error_of("tftp: { };\n"), " line 1: no section \"tftp\" is known. Did you mean \"tftpd\"?");
  EXPECT_EQ(error_of("tftpd: { name = 5; };\n"), " line 1: \"name\" is a text in quotes.");
  EXPECT_NE(error_of("tftpd: {\n limit 20;\n};\n").find(" line 2: syntax error"), std::string::npos);
}
