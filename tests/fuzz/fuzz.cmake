# A short run of each fuzz target, with real files as seeds; only where configure was told --enable-fuzzers.
function(fuzz_test name runs)
  if(EXISTS "${BUILD}/tests/fuzz/${name}")
    add_test(fuzz_${name} "${BUILD}/tests/fuzz/${name}" -runs=${runs} -max_len=4096 -timeout=10 ${ARGN})
    set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz TIMEOUT 300)
  endif()
endfunction()

file(GLOB conf_seeds "${SRC}/../shared/corpus/dhcpd.conf*" "${SRC}/../shared/corpus/keama")
fuzz_test(conf_parse_fuzz 20000 ${conf_seeds})
fuzz_test(tftp_request_fuzz 200000)
fuzz_test(tftp_session_fuzz 50000)
fuzz_test(tftpd_map_fuzz 50000 "${SRC}/../shared/corpus/tftp-map")
fuzz_test(tftpd_xinetd_fuzz 50000 "${SRC}/../shared/corpus/xinetd")
