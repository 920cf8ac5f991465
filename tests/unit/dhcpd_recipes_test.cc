// The recipes of vendors: which file and which options a machine is given. What the stock server answers to
// the same machines is compared in tests/system/twin/scenarios/recipes.py.
#include "dhcpd_decide.h"

namespace dhcpd {
namespace {

class RecipesTest : public DecideTest {
 protected:
  void recipe(const std::string& text) {
    load("ping-check off; subnet 192.168.0.0 netmask 255.255.255.0 { range 192.168.0.10 192.168.0.60; }\n" +
         text);
  }

  // The offer to a machine of this vendor class.
  dhcp::Message offer(std::string_view vendor, base::Bytes asked, std::vector<dhcp::RawOption> more = {}) {
    more.push_back({dhcp::kOptVendorClassIdentifier, bytes(vendor)});
    more.push_back({dhcp::kOptParameterRequestList, std::move(asked)});
    return reply(discover(++machines_, std::move(more)));
  }

  static std::string text(const dhcp::Message& message, std::uint8_t code) {
    const base::Bytes* value = message.option(code);
    return value != nullptr ? std::string(base::ByteView(*value).text()) : "(none)";
  }
  static std::string hex(const dhcp::Message& message, std::uint8_t code) {
    const base::Bytes* value = message.option(code);
    return value != nullptr ? base::hex(*value) : "(none)";
  }

 private:
  std::uint8_t machines_ = 0;
};

TEST_F(RecipesTest, PxeByArchitecture) {
  recipe(R"(
option arch code 93 = unsigned integer 16;
class "pxe" {
  match if substring(option vendor-class-identifier, 0, 9) = "PXEClient";
  next-server 192.168.0.2;
  if option arch = 00:07 or option arch = 00:09 { filename "shimx64.efi"; }
  elsif option arch = 00:0b { filename "grubaa64.efi"; }
  else { filename "pxelinux.0"; }
}
)");
  const auto file = [&](std::uint8_t arch) {
    return offer("PXEClient:Arch", {67}, {{93, {0, arch}}}).file();
  };
  EXPECT_EQ(file(0), "pxelinux.0");
  EXPECT_EQ(file(7), "shimx64.efi");
  EXPECT_EQ(file(9), "shimx64.efi");
  EXPECT_EQ(file(11), "grubaa64.efi");
  EXPECT_EQ(offer("PXEClient", {67}).header.siaddr, ip("192.168.0.2"));
  EXPECT_EQ(offer("MSFT 5.0", {67}).file(), "");
}

TEST_F(RecipesTest, HttpBootNamesItsClassBack) {
  recipe(R"(
class "http" {
  match if substring(option vendor-class-identifier, 0, 10) = "HTTPClient";
  option vendor-class-identifier "HTTPClient";
  filename "http://192.168.0.2/BOOTX64.EFI";
}
)");
  const dhcp::Message message = offer("HTTPClient:Arch:00016:UNDI:003016", {60, 67}, {{93, {0, 16}}});
  EXPECT_EQ(message.file(), "http://192.168.0.2/BOOTX64.EFI");
  EXPECT_EQ(text(message, 60), "HTTPClient");
}

TEST_F(RecipesTest, IpxeIsToldApartFromTheCardsOwnRom) {
  recipe(R"(
option space ipxe;
option ipxe-encap-opts code 175 = encapsulate ipxe;
option ipxe.no-pxedhcp code 176 = unsigned integer 8;
option ipxe.no-pxedhcp 1;
if exists user-class and option user-class = "iPXE" { filename "http://boot/menu.ipxe"; }
else { filename "undionly.kpxe"; }
)");
  EXPECT_EQ(offer("PXEClient", {67, 175}).file(), "undionly.kpxe");
  const dhcp::Message message = offer("PXEClient", {67, 175}, {{dhcp::kOptUserClass, bytes("iPXE")}});
  EXPECT_EQ(message.file(), "http://boot/menu.ipxe");
  EXPECT_EQ(hex(message, 175), "b0:01:01");
}

TEST_F(RecipesTest, RaspberryPi) {
  recipe(R"(
option vendor-class-identifier "PXEClient";
option vendor-encapsulated-options "Raspberry Pi Boot";
option tftp-server-name "192.168.0.2";
)");
  const dhcp::Message message = offer("PXEClient:Arch:00000:UNDI:002001", {1, 43, 60, 66}, {{93, {0, 0}}});
  EXPECT_EQ(text(message, 43), "Raspberry Pi Boot");
  EXPECT_EQ(text(message, 60), "PXEClient");
  EXPECT_EQ(text(message, 66), "192.168.0.2");
}

TEST_F(RecipesTest, OnieInVendorSpecificOptions) {
  recipe(R"(
option space onie code width 1 length width 1;
option onie.installer_url code 1 = text;
option space vivso code width 4 length width 1;
option vivso.onie code 42623 = encapsulate onie;
option vivso.iana code 0 = string;
option op125 code 125 = encapsulate vivso;
option vivso.iana 01:01:01;
option onie.installer_url "http://a/b";
option default-url "http://a/onie-installer";
)");
  const dhcp::Message message = offer("onie_vendor:x86_64-dell_s6000-r0", {114, 125});
  EXPECT_EQ(hex(message, 125), "00:00:00:00:03:01:01:01:00:00:a6:7f:0c:01:0a:68:74:74:70:3a:2f:2f:61:2f:62");
  EXPECT_EQ(text(message, 114), "http://a/onie-installer");
}

TEST_F(RecipesTest, CumulusProvisioning) {
  recipe("option cumulus-provision-url code 239 = text;\noption cumulus-provision-url \"http://a/ztp.sh\";");
  EXPECT_EQ(text(offer("cumulus-linux x86_64", {1, 239}), 239), "http://a/ztp.sh");
  EXPECT_EQ(text(offer("cumulus-linux x86_64", {1}), 239), "(none)");
}

TEST_F(RecipesTest, CiscoControllersAndServers) {
  recipe(R"(
option option-150 code 150 = array of ip-address;
option option-150 192.168.0.2, 192.168.0.3;
option space Cisco_LWAPP_AP;
option Cisco_LWAPP_AP.server-address code 241 = array of ip-address;
class "ap" {
  match option vendor-class-identifier;
  vendor-option-space Cisco_LWAPP_AP;
  option Cisco_LWAPP_AP.server-address 192.168.0.5, 192.168.0.6;
}
subclass "ap" "Cisco AP c1250";
)");
  const dhcp::Message message = offer("Cisco AP c1250", {43, 150});
  EXPECT_EQ(hex(message, 43), "f1:08:c0:a8:00:05:c0:a8:00:06");
  EXPECT_EQ(hex(message, 150), "c0:a8:00:02:c0:a8:00:03");
}

TEST_F(RecipesTest, JuniperWithSubOptionZero) {
  recipe(R"(
option space JUNIPER;
option JUNIPER.image-file-name code 0 = text;
option JUNIPER.config-file-name code 1 = text;
option JUNIPER-encapsulation code 43 = encapsulate JUNIPER;
option JUNIPER.image-file-name "/a.tgz";
option JUNIPER.config-file-name "/b";
)");
  const std::string value = hex(offer("Juniper-ex3300-48p", {43}), 43);
  EXPECT_EQ(value, "00:06:2f:61:2e:74:67:7a:01:02:2f:62");
}

}  // namespace
}  // namespace dhcpd
