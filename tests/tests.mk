# CTest runs every test of every kind. The lists stand beside the tests, in tests/*/*.cmake.
include tests/unit/unit.mk
include tests/system/system.mk
include tests/corpus/corpus.mk
include tests/fuzz/fuzz.mk
include tests/bench/bench.mk

EXTRA_DIST += tests/README tests/CTestTestfile.cmake.in
AM_DISTCHECK_CONFIGURE_FLAGS = --with-check-labels=unit

.PHONY: check-ctest
check-local: check-ctest
check-ctest: all $(check_PROGRAMS) $(check_shim)
	cd tests && $(CTEST) --output-on-failure -L '$(check_labels)' $(CTESTFLAGS)
CTEST = ctest
clean-local:
	rm -rf tests/Testing
.PHONY: check-programs
check-programs: $(check_PROGRAMS) $(check_shim)
