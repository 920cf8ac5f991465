EXTRA_DIST += tests/system/system.cmake
