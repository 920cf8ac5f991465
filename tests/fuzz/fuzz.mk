fuzz_common = tests/fuzz/sanitizer_options.cc tests/fuzz/require.h
EXTRA_DIST += tests/fuzz/fuzz.cmake tests/fuzz/prepare.py tests/fuzz/dhcpd_session.dict tests/fuzz/lease_reader.dict \
  tests/fuzz/tftp_request.dict tests/fuzz/tftpd_map.dict tests/fuzz/tftpd_xinetd.dict
# Fuzz targets: contrib/fuzz builds and runs them. By hand: configure CXX=clang++ --enable-fuzzers; make fuzz-programs
#   tests/fuzz/prepare.py . SEEDS; tests/fuzz/conf_parse_fuzz -max_len=2048 -dict=SEEDS/conf_parse.dict NEW SEEDS/conf_parse
if FUZZERS
fuzz_binaries = tests/fuzz/conf_evaluate_fuzz tests/fuzz/conf_parse_fuzz tests/fuzz/dhcpd_session_fuzz \
  tests/fuzz/lease_reader_fuzz tests/fuzz/tftp_request_fuzz tests/fuzz/tftp_session_fuzz \
  tests/fuzz/tftpd_map_fuzz tests/fuzz/tftpd_xinetd_fuzz
noinst_PROGRAMS += $(fuzz_binaries)
tests_fuzz_conf_evaluate_fuzz_SOURCES = tests/fuzz/conf_evaluate_fuzz.cc $(fuzz_common)
tests_fuzz_conf_evaluate_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_conf_evaluate_fuzz_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_conf_parse_fuzz_SOURCES = tests/fuzz/conf_parse_fuzz.cc $(fuzz_common)
tests_fuzz_conf_parse_fuzz_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_conf_parse_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_lease_reader_fuzz_SOURCES = tests/fuzz/lease_reader_fuzz.cc $(fuzz_common)
tests_fuzz_lease_reader_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_lease_reader_fuzz_LDADD = src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a \
  $(BASE_LIBS)
tests_fuzz_tftp_request_fuzz_SOURCES = tests/fuzz/tftp_request_fuzz.cc $(fuzz_common)
tests_fuzz_tftp_request_fuzz_LDADD = src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_tftp_request_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_tftp_session_fuzz_SOURCES = tests/fuzz/tftp_session_fuzz.cc $(fuzz_common)
tests_fuzz_tftp_session_fuzz_LDADD = src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_tftp_session_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_tftpd_map_fuzz_SOURCES = tests/fuzz/tftpd_map_fuzz.cc $(fuzz_common)
tests_fuzz_tftpd_map_fuzz_LDADD = src/tftpd/libtftpd.a src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_tftpd_map_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_tftpd_xinetd_fuzz_SOURCES = tests/fuzz/tftpd_xinetd_fuzz.cc $(fuzz_common)
tests_fuzz_tftpd_xinetd_fuzz_LDADD = src/tftpd/libtftpd.a src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS)
tests_fuzz_tftpd_xinetd_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_dhcpd_session_fuzz_SOURCES = tests/fuzz/dhcpd_session_fuzz.cc tests/fuzz/promises.cc tests/fuzz/promises.h \
  $(fuzz_common)
tests_fuzz_dhcpd_session_fuzz_LDFLAGS = -fsanitize=fuzzer
tests_fuzz_dhcpd_session_fuzz_LDADD = src/dhcpd/libdhcpd.a src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a \
  src/base/libbase.a $(BASE_LIBS)
endif
.PHONY: fuzz-programs
fuzz-programs: $(fuzz_binaries)
