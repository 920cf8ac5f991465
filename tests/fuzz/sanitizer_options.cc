// How the address sanitizer runs under a fuzz target, where $ASAN_OPTIONS does not say otherwise. A target
// allocates thousands of small blocks for each input: without short stacks of where each came from, and with
// the usual store of freed ones, more time goes there than into the code under test.
extern "C" const char* __asan_default_options();  // NOLINT: the name is the sanitizer's

extern "C" const char* __asan_default_options() {
  return "malloc_context_size=3:quarantine_size_mb=8:thread_local_quarantine_size_kb=64";
}
