EXTRA_DIST += tests/fuzz/fuzz.cmake
# configure CXX=clang++ --enable-fuzzers; then for example
#   tests/fuzz/conf_parse_fuzz -max_len=4096 -runs=1000000 NEW-FOLDER ../shared/corpus/dhcpd.conf
if FUZZERS
noinst_PROGRAMS += tests/fuzz/conf_evaluate_fuzz
tests_fuzz_conf_evaluate_fuzz_SOURCES = tests/fuzz/conf_evaluate_fuzz.cc
tests_fuzz_conf_evaluate_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_conf_evaluate_fuzz_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
noinst_PROGRAMS += tests/fuzz/conf_parse_fuzz
tests_fuzz_conf_parse_fuzz_SOURCES = tests/fuzz/conf_parse_fuzz.cc
tests_fuzz_conf_parse_fuzz_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_conf_parse_fuzz_LDFLAGS = -fsanitize=fuzzer
noinst_PROGRAMS += tests/fuzz/lease_reader_fuzz
tests_fuzz_lease_reader_fuzz_SOURCES = tests/fuzz/lease_reader_fuzz.cc
tests_fuzz_lease_reader_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_lease_reader_fuzz_LDADD = src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a \
  $(BASE_LIBS)
endif
