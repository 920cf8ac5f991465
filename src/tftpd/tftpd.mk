noinst_LIBRARIES += src/tftpd/libtftpd.a
src_tftpd_libtftpd_a_SOURCES = \
  src/tftpd/admission.cc src/tftpd/admission.h \
  src/tftpd/block_source.cc src/tftpd/block_source.h \
  src/tftpd/command_line.cc src/tftpd/command_line.h \
  src/tftpd/counters.cc src/tftpd/counters.h \
  src/tftpd/file_access.cc src/tftpd/file_access.h \
  src/tftpd/host_list.cc src/tftpd/host_list.h \
  src/tftpd/idle_wait.cc src/tftpd/idle_wait.h \
  src/tftpd/keeper.cc src/tftpd/keeper.h \
  src/tftpd/listener.cc src/tftpd/listener.h \
  src/tftpd/map_file.cc src/tftpd/map_file.h \
  src/tftpd/outbox.cc src/tftpd/outbox.h \
  src/tftpd/read_cache.cc src/tftpd/read_cache.h \
  src/tftpd/request_queue.cc src/tftpd/request_queue.h \
  src/tftpd/server.cc src/tftpd/server.h \
  src/tftpd/settings.cc src/tftpd/settings.h \
  src/tftpd/strangers.h \
  src/tftpd/transfer_ports.cc src/tftpd/transfer_ports.h \
  src/tftpd/transfers.cc src/tftpd/transfers.h \
  src/tftpd/upload.cc src/tftpd/upload.h \
  src/tftpd/xinetd_file.cc src/tftpd/xinetd_file.h \
  src/tftpd/xinetd_meaning.cc \
  src/tftpd/xinetd_start.cc src/tftpd/xinetd_start.h

sbin_PROGRAMS += in.tftpd
in_tftpd_SOURCES = src/tftpd/main.cc
in_tftpd_LDADD = src/tftpd/libtftpd.a src/tftp/libtftp.a src/base/libbase.a $(BASE_LIBS) $(BOOST_PROGRAM_OPTIONS_LIBS)
