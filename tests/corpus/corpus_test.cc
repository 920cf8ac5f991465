// corpus_test FOLDER DIFFERENCES: reads every file that the MANIFEST.tsv of the folder lists as dhcpd would
// (alone, as dhcpd.conf, other files missing) and compares the verdict and the line of the first message
// with the stock program's. A file that DIFFERENCES lists must come out as that list says.
// Exit status: 0 all as they should be, 1 not, 77 no such folder.
#include <cerrno>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "conf/parse.h"

namespace {

constexpr int kSkip = 77;
constexpr int kStockCrashed = 139;

// The one file besides that was there when the manifest was made.
const std::string kRndcKey = "key \"rndc-key\" {\n\talgorithm hmac-sha256;\n\tsecret \"c2VjcmV0\";\n};\n";

struct Outcome {
  int verdict = 0;
  std::string line = "-";  // as the manifest has it: "other:N" in another file
};
bool operator==(const Outcome& a, const Outcome& b) { return a.verdict == b.verdict && a.line == b.line; }
std::ostream& operator<<(std::ostream& out, const Outcome& o) {
  return out << "verdict " << o.verdict << ", line " << o.line;
}

std::vector<std::string> columns(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream in(row);
  for (std::string cell; std::getline(in, cell, '\t');) cells.push_back(cell);
  return cells;
}

Outcome run(const std::string& path) {
  const conf::ReadFile read = [&](const std::string& name) -> std::optional<std::string> {
    if (name == "dhcpd.conf") return conf::read_file(path);
    if (name == "/etc/bind/rndc.key") return kRndcKey;
    errno = ENOENT;
    return std::nullopt;
  };
  const conf::ParseResult result = conf::parse("dhcpd.conf", read);
  Outcome outcome;
  outcome.verdict = result.config ? 0 : 1;
  for (const conf::Diagnostic& diagnostic : result.diagnostics) {
    // Warnings that have a place are ours alone.
    if (diagnostic.level == conf::Diagnostic::Level::kWarning || diagnostic.file.empty()) continue;
    outcome.line = (diagnostic.file == "dhcpd.conf" ? "" : "other:") + std::to_string(diagnostic.line);
    break;
  }
  return outcome;
}

// file -> what is expected in place of the stock's outcome.
std::map<std::string, Outcome> read_differences(const std::string& path) {
  std::map<std::string, Outcome> differences;
  std::ifstream in(path);
  for (std::string row; std::getline(in, row);) {
    if (row.empty() || row[0] == '#') continue;
    const std::vector<std::string> cells = columns(row);
    if (cells.size() >= 4) differences[cells[0]] = Outcome{std::stoi(cells[1]), cells[2]};
  }
  return differences;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: corpus_test FOLDER DIFFERENCES\n";
    return 1;
  }
  const std::string folder = argv[1];
  std::ifstream manifest(folder + "/MANIFEST.tsv");
  if (!manifest) {
    std::cout << "skipped: no " << folder << "/MANIFEST.tsv\n";
    return kSkip;
  }
  const std::map<std::string, Outcome> differences = read_differences(argv[2]);
  const std::string kind = folder.substr(folder.rfind('/') + 1);
  int files = 0, wrong = 0;
  std::string row;
  std::getline(manifest, row);  // the header
  while (std::getline(manifest, row)) {
    const std::vector<std::string> cells = columns(row);
    constexpr std::size_t kFile = 0, kVerdict = 6, kLine = 7;
    if (cells.size() <= kLine) continue;
    Outcome expected{std::stoi(cells[kVerdict]), cells[kLine]};
    if (expected.verdict == kStockCrashed) expected.verdict = 1;
    const auto difference = differences.find(kind + "/" + cells[kFile]);
    if (difference != differences.end()) expected = difference->second;
    const Outcome ours = run(folder + "/" + cells[kFile]);
    ++files;
    if (ours == expected) continue;
    ++wrong;
    std::cout << cells[kFile] << ": " << ours << "; expected " << expected << "\n";
  }
  std::cout << files << " files, " << wrong << " not as expected\n";
  return wrong == 0 && files > 0 ? 0 : 1;
}
