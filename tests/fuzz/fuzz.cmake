# A short run of each fuzz target, with small seeds and a dictionary; only where configure was told
# --enable-fuzzers. Inputs stay short: what an input shows does not grow with its length, the time it takes does.
if(EXISTS "${BUILD}/tests/fuzz/conf_parse_fuzz")
  add_test(fuzz_seeds "${SRC}/tests/fuzz/prepare.py" "${SRC}" "${BUILD}/tests/fuzz/seeds")
  set_tests_properties(fuzz_seeds PROPERTIES LABELS fuzz FIXTURES_SETUP fuzz_seeds)
endif()

function(fuzz_test target runs longest)
  set(program "${BUILD}/tests/fuzz/${target}_fuzz")
  set(seeds "${BUILD}/tests/fuzz/seeds/${target}")
  if(EXISTS "${program}")
    add_test(fuzz_${target} "${program}" -runs=${runs} -max_len=${longest} -timeout=10 -entropic=0
      "-artifact_prefix=${BUILD}/tests/fuzz/${target}-" "-dict=${seeds}.dict" "${seeds}")
    set_tests_properties(fuzz_${target} PROPERTIES LABELS fuzz TIMEOUT 300 FIXTURES_REQUIRED fuzz_seeds)
  endif()
endfunction()

fuzz_test(conf_evaluate 20000 1024)
fuzz_test(conf_parse 20000 2048)
fuzz_test(dhcpd_session 20000 512)
fuzz_test(lease_reader 20000 1024)
fuzz_test(tftp_request 200000 512)
fuzz_test(tftp_session 50000 512)
fuzz_test(tftpd_map 20000 160)
fuzz_test(tftpd_xinetd 50000 1024)
