noinst_LIBRARIES += src/lease/liblease.a
src_lease_liblease_a_SOURCES = \
  src/lease/append_file.cc src/lease/append_file.h \
  src/lease/declarations.cc src/lease/declarations.h \
  src/lease/field_text.cc src/lease/field_text.h \
  src/lease/file_store.cc src/lease/file_store.h \
  src/lease/file_writer.cc src/lease/file_writer.h \
  src/lease/lease.h \
  src/lease/lease_directory.cc src/lease/lease_directory.h \
  src/lease/lease_parser.cc src/lease/lease_parser.h \
  src/lease/memory_store.h \
  src/lease/packed.cc src/lease/packed.h \
  src/lease/client_order.h src/lease/pool_space.cc src/lease/pool_space.h \
  src/lease/reader.cc src/lease/reader.h \
  src/lease/record.cc src/lease/record.h \
  src/lease/recovery.cc src/lease/recovery.h \
  src/lease/scanner.cc src/lease/scanner.h \
  src/lease/slot_index.h \
  src/lease/store.h \
  src/lease/table.cc src/lease/table.h
