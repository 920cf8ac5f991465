// What `dhcpd -t` does with the statements of the global scope, without the rest of the daemon: the program
// under test of differential.py where it is to be fast.
//
//   conf_eval -t -4 -cf FILE
#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>

#include "conf/evaluate.h"
#include "conf/parse.h"

namespace {

// Knows no names, but numbers as inet_aton(3) reads them: what the C library makes of "option routers 300;".
class NumberResolver : public conf::Resolver {
 public:
  std::vector<base::Ipv4> addresses(const std::string& name) override {
    in_addr address{};
    if (inet_aton(name.c_str(), &address) == 0) return {};
    return {base::Ipv4::from(address)};
  }
};

void print(const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }

bool print_effects(const conf::Context& context) {
  for (const conf::Effect& effect : context.effects) {
    const auto* log = std::get_if<conf::LogEffect>(&effect);
    if (log == nullptr) continue;
    print(log->line);
    if (log->fatal) return false;
  }
  return true;
}

int run(const char* path) {
  const conf::ParseResult result = conf::parse(path);
  for (const conf::Diagnostic& diagnostic : result.diagnostics)
    for (const std::string& line : conf::render(diagnostic)) print(line);
  if (!result.config) return 1;
  conf::Variables variables;
  conf::OptionState options;
  NumberResolver resolver;
  std::array<char, 256> host_name{};
  gethostname(host_name.data(), host_name.size() - 1);
  const std::string name = host_name.data();
  conf::Context context;
  context.config = result.config.get();
  context.reply = &options;
  context.global_variables = &variables;
  context.resolver = &resolver;
  context.host_name = &name;
  conf::execute(result.config->global.statements, context);
  return print_effects(context) ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], "-cf") == 0) return run(argv[i + 1]);
  std::fprintf(stderr, "usage: conf_eval -t -4 -cf FILE\n");
  return 2;
}
