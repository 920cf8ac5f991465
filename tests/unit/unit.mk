# One GoogleTest program a folder of src/.
EXTRA_DIST += tests/unit/unit.cmake
UNIT_LIBS = -lgmock_main -lgmock -lgtest -lpthread
if HAVE_GTEST
check_PROGRAMS += tests/unit/base_test
tests_unit_base_test_SOURCES = tests/unit/base_bytes_test.cc tests/unit/base_address_test.cc tests/unit/base_settings_test.cc tests/unit/base_log_test.cc
tests_unit_base_test_LDADD = src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/dhcp_test
tests_unit_dhcp_test_SOURCES = tests/unit/dhcp_message_test.cc tests/unit/dhcp_registry_test.cc
tests_unit_dhcp_test_LDADD = src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/dhcpd_test
tests_unit_dhcpd_test_SOURCES = tests/unit/dhcpd_ip_packet_test.cc tests/unit/dhcpd_command_line_test.cc \
  tests/unit/dhcpd_helper_protocol_test.cc
tests_unit_dhcpd_test_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a \
  src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS) $(UNIT_LIBS)
endif
