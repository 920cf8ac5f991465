noinst_LIBRARIES += src/base/libbase.a
src_base_libbase_a_SOURCES = \
  src/base/address.cc src/base/address.h \
  src/base/bytes.cc src/base/bytes.h \
  src/base/clock.h \
  src/base/daemon.cc src/base/daemon.h \
  src/base/fd.h \
  src/base/log.cc src/base/log.h \
  src/base/log_limit.h \
  src/base/loop.cc src/base/loop.h \
  src/base/memory_reserve.cc src/base/memory_reserve.h \
  src/base/nearest.cc src/base/nearest.h \
  src/base/privileges.cc src/base/privileges.h \
  src/base/sandbox.cc src/base/sandbox.h \
  src/base/settings.cc src/base/settings.h
BASE_LIBS = $(LIBEVENT_LIBS) $(LIBCONFIG_LIBS) $(LIBCAP_LIBS) $(LIBSECCOMP_LIBS)
