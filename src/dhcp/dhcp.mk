noinst_LIBRARIES += src/dhcp/libdhcp.a
src_dhcp_libdhcp_a_SOURCES = \
  src/dhcp/domain_name.cc src/dhcp/domain_name.h \
  src/dhcp/message.cc src/dhcp/message.h \
  src/dhcp/option.h \
  src/dhcp/option_codes.h \
  src/dhcp/option_registry.cc \
  src/dhcp/option_text.cc src/dhcp/option_text.h \
  src/dhcp/options_table.cc src/dhcp/options_table.h \
  src/dhcp/server_options.h \
  src/dhcp/suboptions.cc src/dhcp/suboptions.h
