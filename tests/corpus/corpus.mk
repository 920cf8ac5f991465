# Real files with the verdict of the stock program.
EXTRA_DIST += tests/corpus/corpus.cmake tests/corpus/differences.tsv
check_PROGRAMS += tests/corpus/corpus_test
tests_corpus_corpus_test_SOURCES = tests/corpus/corpus_test.cc
tests_corpus_corpus_test_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
