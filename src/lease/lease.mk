noinst_LIBRARIES += src/lease/liblease.a
src_lease_liblease_a_SOURCES = \
  src/lease/lease.h \
  src/lease/packed.cc src/lease/packed.h \
  src/lease/pool_space.cc src/lease/pool_space.h \
  src/lease/slot_index.h \
  src/lease/store.h \
  src/lease/table.cc src/lease/table.h
