# Benchmarks: run by contrib/bench, never by make check.
