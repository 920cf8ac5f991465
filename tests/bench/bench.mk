# Benchmarks: run by contrib/bench, never by make check. `make bench-programs` builds what they run.
EXTRA_PROGRAMS += tests/bench/dhcp_load tests/bench/dhcp_limit tests/bench/tftp_load tests/bench/tftp_limit tests/bench/log_drain tests/bench/lease_store tests/bench/lease_simulation tests/bench/dhcp_path tests/bench/packet_flood
bench_binaries = tests/bench/dhcp_load tests/bench/dhcp_limit tests/bench/tftp_load tests/bench/tftp_limit tests/bench/log_drain \
  $(bench_shims) tests/bench/lease_store tests/bench/lease_simulation tests/bench/dhcp_path tests/bench/packet_flood
tests_bench_dhcp_load_SOURCES = tests/bench/dhcp_load.cc tests/bench/load_packets.cc tests/bench/load_packets.h
tests_bench_dhcp_load_LDADD = src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS)
tests_bench_dhcp_limit_SOURCES = tests/bench/dhcp_limit.cc
tests_bench_dhcp_limit_LDADD = src/base/libbase.a
tests_bench_log_drain_SOURCES = tests/bench/log_drain.cc

# Shims for LD_PRELOAD.
bench_shims = tests/bench/slow_sync.so tests/bench/hour_later.so
build_shim = $(AM_V_CC)$(CXX) -x c -O2 -shared -fPIC -o $@ $(srcdir)/$(@:.so=.c) -ldl
tests/bench/slow_sync.so: $(srcdir)/tests/bench/slow_sync.c
	@$(MKDIR_P) tests/bench
	$(build_shim)
tests/bench/hour_later.so: $(srcdir)/tests/bench/hour_later.c
	@$(MKDIR_P) tests/bench
	$(build_shim)

.PHONY: bench-programs
bench-programs: $(bench_binaries)
CLEANFILES += $(EXTRA_PROGRAMS) $(bench_shims)
EXTRA_DIST += tests/bench/slow_sync.c tests/bench/hour_later.c
EXTRA_DIST += tests/bench/robust tests/bench/honest.py
tests_bench_packet_flood_SOURCES = tests/bench/packet_flood.cc
tests_bench_packet_flood_LDADD = src/base/libbase.a
EXTRA_DIST += tests/bench/row.py tests/bench/tftp_rows.py tests/bench/tftp_servers.py
EXTRA_DIST += tests/bench/run.py tests/bench/dhcp_rows.py tests/bench/dhcp_servers.py tests/bench/table.py
tests_bench_tftp_load_SOURCES = tests/bench/tftp_load.cc
tests_bench_tftp_load_LDADD = src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS)
tests_bench_tftp_limit_SOURCES = tests/bench/tftp_limit.cc
tests_bench_tftp_limit_LDADD = src/base/libbase.a
tests_bench_lease_store_SOURCES = tests/bench/lease_store.cc
tests_bench_lease_store_LDADD = src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
EXTRA_DIST += tests/bench/conf_parse.py
tests_bench_lease_simulation_SOURCES = tests/bench/lease_simulation.cc
tests_bench_lease_simulation_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a \
  src/base/libbase.a $(BASE_LIBS)
tests_bench_dhcp_path_SOURCES = tests/bench/dhcp_path.cc tests/bench/load_packets.cc tests/bench/load_packets.h
tests_bench_dhcp_path_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a \
  src/base/libbase.a $(BASE_LIBS)
