// The standard option spaces and how a configuration adds to a copy of them.
#include <gtest/gtest.h>

#include <set>

#include "dhcp/option_codes.h"
#include "dhcp/options_table.h"
#include "dhcp/server_options.h"

namespace dhcp {
namespace {

TEST(Registry, FixedIndexes) {
  const OptionRegistry& r = OptionRegistry::standard();
  ASSERT_NE(r.space("dhcp"), nullptr);
  EXPECT_EQ(r.space("dhcp")->index, OptionRegistry::kDhcp);
  ASSERT_NE(r.space("server"), nullptr);
  EXPECT_EQ(r.space("server")->index, OptionRegistry::kServer);
}

TEST(Registry, NamesAreCaseInsensitive) {
  const OptionRegistry& r = OptionRegistry::standard();
  ASSERT_NE(r.find("DHCP", "Routers"), nullptr);
  EXPECT_EQ(r.find("dhcp", "ROUTERS")->code, 3U);
  ASSERT_NE(r.find("agent", "docsis-device-class"), nullptr);
  EXPECT_EQ(r.find("agent", "docsis-device-class")->name, "DOCSIS-device-class");
  EXPECT_EQ(r.find("dhcp", "no-such"), nullptr);
  EXPECT_EQ(r.find("nowhere", "routers"), nullptr);
}

TEST(Registry, Formats) {
  const OptionRegistry& r = OptionRegistry::standard();
  const OptionFormat& routers = r.find("dhcp", "routers")->format;
  EXPECT_TRUE(routers.is_array);
  EXPECT_FALSE(routers.tail_is_array);
  const OptionFormat& routes = r.find("dhcp", "static-routes")->format;
  EXPECT_TRUE(routes.is_array);
  EXPECT_EQ(routes.fields.size(), 2U);
  const OptionFormat& slp = r.find("dhcp", "slp-directory-agent")->format;
  EXPECT_FALSE(slp.is_array);
  EXPECT_TRUE(slp.tail_is_array);
  EXPECT_EQ(slp.fields[0].type, FieldType::kFlag);
  EXPECT_TRUE(r.find("dhcp", "slp-service-scope")->format.fields[1].optional);
  EXPECT_EQ(r.find("dhcp", "relay-agent-information")->format.encapsulated, "agent");
  EXPECT_EQ(r.find("server", "log-facility")->format.fields[0].enumeration, "syslog-facilities");
}

TEST(Registry, EveryServerParameterHasOneRow) {
  std::set<std::uint32_t> seen;
  for (const SpaceRow& space : standard_spaces()) {
    if (std::string_view(space.name) != "server") continue;
    for (const OptionRow* row = space.begin; row != space.end; ++row)
      EXPECT_TRUE(seen.insert(row->code).second) << row->name;
  }
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(ServerOption::kDdnsOtherGuardIsDynamic));
  const OptionDefinition* d = OptionRegistry::standard().find(server_key(ServerOption::kPingCheck));
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(d->name, "ping-check");
}

TEST(Registry, LastDefinitionOwnsTheCode) {
  OptionRegistry copy(OptionRegistry::standard());
  OptionSpace& space = *copy.mutable_space("dhcp");
  OptionFormat text;
  text.fields.push_back(Field{FieldType::kText});
  copy.define(space, "my-tftp", 150, text);
  EXPECT_EQ(copy.find(OptionKey{OptionRegistry::kDhcp, 150})->name, "my-tftp");
  ASSERT_NE(copy.find("dhcp", "tftp-server-address"), nullptr) << "the old name stays usable";
  EXPECT_EQ(copy.find("dhcp", "tftp-server-address")->code, 150U);
  EXPECT_EQ(OptionRegistry::standard().find(OptionKey{OptionRegistry::kDhcp, 150})->name,
            "tftp-server-address");
  EXPECT_EQ(OptionRegistry::standard().find("dhcp", "my-tftp"), nullptr);
}

TEST(Registry, CopyPointsIntoItself) {
  const OptionRegistry copy(OptionRegistry::standard());
  for (std::uint16_t i = 0; i < copy.space_count(); ++i) {
    for (const auto& [name, definition] : copy.space(i).by_name) EXPECT_EQ(definition->space, &copy.space(i));
    for (const auto& [code, definition] : copy.space(i).by_code) EXPECT_EQ(definition->space, &copy.space(i));
  }
}

TEST(Registry, Enumerations) {
  EXPECT_EQ(enumeration_value("ddns-styles", "interim"), kDdnsInterim);
  EXPECT_EQ(enumeration_value("ddns-styles", "INTERIM"), std::nullopt);
  EXPECT_EQ(enumeration_word("syslog-facilities", 184), "local7");
  EXPECT_EQ(enumeration_word("syslog-facilities", 1), "");
}

}  // namespace
}  // namespace dhcp
