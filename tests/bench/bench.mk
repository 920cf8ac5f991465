# Benchmarks: run by contrib/bench, never by make check. `make bench-programs` builds what they run.
EXTRA_PROGRAMS += tests/bench/dhcp_load
bench_binaries = tests/bench/dhcp_load
tests_bench_dhcp_load_SOURCES = tests/bench/dhcp_load.cc tests/bench/load_packets.cc tests/bench/load_packets.h
tests_bench_dhcp_load_LDADD = src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS)

.PHONY: bench-programs
bench-programs: $(bench_binaries)
CLEANFILES += $(EXTRA_PROGRAMS)
