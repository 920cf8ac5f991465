# One GoogleTest program a folder of src/.
EXTRA_DIST += tests/unit/unit.cmake
UNIT_LIBS = -lgmock_main -lgmock -lgtest -lpthread
if HAVE_GTEST
check_PROGRAMS += tests/unit/base_test
tests_unit_base_test_SOURCES = tests/unit/base_bytes_test.cc tests/unit/base_address_test.cc tests/unit/base_settings_test.cc tests/unit/base_log_test.cc
tests_unit_base_test_LDADD = src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/dhcp_test
tests_unit_dhcp_test_SOURCES = tests/unit/dhcp_message_test.cc tests/unit/dhcp_registry_test.cc \
  tests/unit/dhcp_option_text_test.cc
tests_unit_dhcp_test_LDADD = src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/conf_test
tests_unit_conf_test_SOURCES = tests/unit/conf_evaluate_test.cc tests/unit/conf_parse_test.cc
tests_unit_conf_test_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/dhcpd_test
tests_unit_dhcpd_test_SOURCES = tests/unit/dhcpd_attach_test.cc tests/unit/dhcpd_decide.h \
  tests/unit/dhcpd_decide_test.cc tests/unit/dhcpd_recipes_test.cc tests/unit/dhcpd_reply_test.cc tests/unit/dhcpd_ip_packet_test.cc tests/unit/dhcpd_command_line_test.cc \
  tests/unit/dhcpd_helper_protocol_test.cc
tests_unit_dhcpd_test_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a \
  src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/lease_test
tests_unit_lease_test_SOURCES = tests/unit/lease_file_test.cc tests/unit/lease_store_test.cc tests/unit/lease_table_test.cc \
  tests/unit/lease_faults.cc tests/unit/lease_faults.h tests/unit/lease_text.h
tests_unit_lease_test_LDADD = src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a \
  $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/tftp_test
tests_unit_tftp_test_SOURCES = tests/unit/tftp_packet_test.cc tests/unit/tftp_sender_test.cc tests/unit/tftp_receiver_test.cc
tests_unit_tftp_test_LDADD = src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += tests/unit/tftpd_test
tests_unit_tftpd_test_SOURCES = tests/unit/tftpd_command_line_test.cc tests/unit/tftpd_files_test.cc \
  tests/unit/tftpd_map_file_test.cc tests/unit/tftpd_xinetd_test.cc
tests_unit_tftpd_test_LDADD = src/tftpd/libtftpd.a src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS) \
  $(BOOST_PROGRAM_OPTIONS_LIBS) $(UNIT_LIBS)
endif
