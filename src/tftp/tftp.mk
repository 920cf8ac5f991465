noinst_LIBRARIES += src/tftp/libtftp.a
src_tftp_libtftp_a_SOURCES = \
  src/tftp/blocks.h \
  src/tftp/netascii.cc src/tftp/netascii.h \
  src/tftp/options.cc src/tftp/options.h \
  src/tftp/packet.cc src/tftp/packet.h \
  src/tftp/patience.cc src/tftp/patience.h \
  src/tftp/receiver.cc src/tftp/receiver.h \
  src/tftp/sender.cc src/tftp/sender.h
