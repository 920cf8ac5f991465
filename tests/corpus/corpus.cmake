# One test a folder of the shared corpus; skipped where it is not there.
foreach(folder dhcpd.conf dhcpd.conf-extracted keama)
  add_test(corpus_${folder} "${BUILD}/tests/corpus/corpus_test" "${SRC}/../shared/corpus/${folder}"
    "${SRC}/tests/corpus/differences.tsv")
  set_tests_properties(corpus_${folder} PROPERTIES LABELS corpus TIMEOUT 120 SKIP_RETURN_CODE 77)
endforeach()
