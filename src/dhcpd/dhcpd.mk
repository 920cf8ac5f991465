noinst_LIBRARIES += src/dhcpd/libdhcpd.a
src_dhcpd_libdhcpd_a_SOURCES = \
  src/dhcpd/allocate.cc \
  src/dhcpd/billing.cc \
  src/dhcpd/bootp.cc \
  src/dhcpd/decide.cc src/dhcpd/decide.h \
  src/dhcpd/decline_limit.cc src/dhcpd/decline_limit.h \
  src/dhcpd/discover.cc \
  src/dhcpd/events.cc src/dhcpd/events.h \
  src/dhcpd/exchange.cc src/dhcpd/exchange.h \
  src/dhcpd/find_lease.cc src/dhcpd/find_lease.h \
  src/dhcpd/give_back.cc \
  src/dhcpd/grant.cc src/dhcpd/grant.h \
  src/dhcpd/grant_rules.cc \
  src/dhcpd/hosts.cc src/dhcpd/hosts.h \
  src/dhcpd/inform.cc \
  src/dhcpd/lease_query.cc \
  src/dhcpd/lease_time.cc src/dhcpd/lease_time.h \
  src/dhcpd/messages.h \
  src/dhcpd/option_layout.cc src/dhcpd/option_layout.h \
  src/dhcpd/option_list.cc src/dhcpd/option_list.h \
  src/dhcpd/permits.cc \
  src/dhcpd/policy.h \
  src/dhcpd/release.cc src/dhcpd/release.h \
  src/dhcpd/reply.cc src/dhcpd/reply.h \
  src/dhcpd/request.cc \
  src/dhcpd/understand.cc \
  src/dhcpd/attach.cc src/dhcpd/attach.h \
  src/dhcpd/command_line.cc src/dhcpd/command_line.h \
  src/dhcpd/counters.cc src/dhcpd/counters.h \
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

sbin_PROGRAMS += dhcpd
dhcpd_SOURCES = src/dhcpd/main.cc
dhcpd_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a \
  $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS) -lpthread
