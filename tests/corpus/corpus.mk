EXTRA_DIST += tests/corpus/corpus.cmake
