# Manual pages that make install puts in place.
