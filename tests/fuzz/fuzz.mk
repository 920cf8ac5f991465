EXTRA_DIST += tests/fuzz/fuzz.cmake
if FUZZERS
noinst_PROGRAMS += tests/fuzz/conf_evaluate_fuzz
tests_fuzz_conf_evaluate_fuzz_SOURCES = tests/fuzz/conf_evaluate_fuzz.cc
tests_fuzz_conf_evaluate_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_conf_evaluate_fuzz_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
endif
