#include "dhcpd/test_leases.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/clock.h"
#include "base/log.h"
#include "dhcpd/fatal.h"
#include "lease/reader.h"
#include "lease/record.h"
#include "lease/table.h"

namespace dhcpd {

namespace {

class IntoTable : public lease::ReadSink {
 public:
  IntoTable(lease::Table& table, lease::Declarations& declarations)
      : table_(table), declarations_(declarations) {}
  void lease(const lease::Lease& lease) override { table_.restore(lease); }
  void declaration(lease::Declaration declaration) override { declarations_.put(std::move(declaration)); }
  void server_duid(base::ByteView duid) override { declarations_.server_duid = duid.copy(); }

 private:
  lease::Table& table_;
  lease::Declarations& declarations_;
};

void write_image(const std::string& path, const lease::Table& table, const lease::Declarations& declarations,
                 const lease::FileFormat& format) {
  std::ofstream out(path, std::ios::binary);
  std::string text(lease::file_header());
  declarations.write(text, format);
  out << text;
  std::size_t count = 0;
  table.for_each([&](const lease::Lease& lease) {
    text.clear();
    lease::write_lease(text, lease, format);
    out << text;
    ++count;
  });
  out.close();
  if (!out) throw Fatal("Can't create new lease file: " + std::string(std::strerror(errno)));
  base::log_info("Wrote %zu leases to leases file.", count);
}

}  // namespace

void test_lease_file(const std::string& path, const conf::Config& config) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    base::log_error("Can't open lease database %s: %s --", path.c_str(), std::strerror(errno));
    base::log_error("  check for failed database rewrite attempt!");
    base::log_error("Please read the dhcpd.leases manual page if you");
    throw Fatal("don't know what to do about this.");
  }
  lease::Table table;
  lease::Declarations declarations;
  lease::ReadOptions options;
  options.name = path;
  options.now = base::wall_now();
  options.options = &config.options;
  IntoTable sink(table, declarations);
  const auto read = [&in](char* to, std::size_t most) {
    in.read(to, static_cast<std::streamsize>(most));
    return static_cast<std::size_t>(in.gcount());
  };
  const lease::ReadReport report = lease::read_leases(read, options, sink);
  for (const auto& message : report.messages) base::log_error("%s", message.c_str());

  lease::FileFormat format;
  format.local_time = config.local_time_in_leases;
  format.hex_ids = config.hex_lease_ids.value_or(false);
  format.options = &config.options;
  const std::string image = path + "." + std::to_string(options.now);
  write_image(image, table, declarations, format);
  base::log_debug("Lease file test successful, removing temp lease file: %s", image.c_str());
  ::unlink(image.c_str());
}

}  // namespace dhcpd
