noinst_LIBRARIES += src/dhcpd/libdhcpd.a
src_dhcpd_libdhcpd_a_SOURCES = \
  src/dhcpd/attach.cc src/dhcpd/attach.h \
  src/dhcpd/command_line.cc src/dhcpd/command_line.h \
  src/dhcpd/counters.cc src/dhcpd/counters.h \
  src/dhcpd/decide.h \
  src/dhcpd/fatal.cc src/dhcpd/fatal.h \
  src/dhcpd/helper.cc src/dhcpd/helper.h \
  src/dhcpd/helper_process.cc \
  src/dhcpd/helper_protocol.cc src/dhcpd/helper_protocol.h \
  src/dhcpd/ip_packet.cc src/dhcpd/ip_packet.h \
  src/dhcpd/links.cc src/dhcpd/links.h \
  src/dhcpd/packet_socket.cc src/dhcpd/packet_socket.h \
  src/dhcpd/parameters.cc src/dhcpd/parameters.h \
  src/dhcpd/pinger.cc src/dhcpd/pinger.h \
  src/dhcpd/pipeline.cc src/dhcpd/pipeline.h \
  src/dhcpd/resolver.cc src/dhcpd/resolver.h \
  src/dhcpd/route_socket.cc src/dhcpd/route_socket.h \
  src/dhcpd/sender.cc src/dhcpd/sender.h \
  src/dhcpd/server.cc src/dhcpd/server.h \
  src/dhcpd/settings.cc src/dhcpd/settings.h \
  src/dhcpd/startup.cc src/dhcpd/startup.h \
  src/dhcpd/test_leases.cc src/dhcpd/test_leases.h \
  src/dhcpd/udp_socket.cc src/dhcpd/udp_socket.h
