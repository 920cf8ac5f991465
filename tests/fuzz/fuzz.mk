EXTRA_DIST += tests/fuzz/fuzz.cmake
