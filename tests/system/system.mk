EXTRA_DIST += tests/system/system.cmake tests/system/dhcp_clients.py tests/system/dhcp_relay.py tests/system/tftp_clients.py tests/system/dhcpd_life.py
EXTRA_DIST += tests/system/boot.py tests/system/boot/init.s tests/system/boot/howto/etc/dhcpd.conf \
  tests/system/boot/howto/etc/xinetd.d/tftp tests/system/boot/howto/tftpboot/pxelinux.cfg/default
EXTRA_DIST += tests/system/lib/__init__.py tests/system/lib/mutations.py tests/system/lib/bootsite.py tests/system/lib/capture.py tests/system/lib/daemon.py \
  tests/system/lib/dhcp.py tests/system/lib/leases.py tests/system/lib/net.py tests/system/lib/pc.py \
  tests/system/lib/programs.py tests/system/lib/sandbox.py tests/system/lib/server.py tests/system/lib/wire.py
EXTRA_DIST += tests/system/twin/run tests/system/twin/twin.py tests/system/twin/compare.py tests/system/twin/conversations.py tests/system/twin/differences.py \
  tests/system/twin/scenarios/__init__.py tests/system/twin/scenarios/basics.py tests/system/twin/scenarios/bootp.py \
  tests/system/twin/scenarios/hosts.py tests/system/twin/scenarios/life.py tests/system/twin/scenarios/malformed.py \
  tests/system/twin/scenarios/networks.py tests/system/twin/scenarios/options.py tests/system/twin/scenarios/recipes.py tests/system/twin/scenarios/start.py
EXTRA_DIST += tests/system/packaging/manual.py tests/system/packaging/init_script.py tests/system/packaging/functions \
  tests/system/packaging/packages.py tests/system/packaging/rpms.py tests/system/packaging/units.py tests/system/packaging/guide.py \
  tests/system/packaging/machine.py
EXTRA_DIST += tests/system/differential.py tests/system/lib/expressions.py tests/system/lib/option_values.py
check_PROGRAMS += tests/system/conf_eval
tests_system_conf_eval_SOURCES = tests/system/conf_eval.cc
tests_system_conf_eval_LDADD = src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
EXTRA_DIST += tests/system/lossy_relay.py tests/system/tftp_loss.py tests/system/tftp_large.py tests/system/tftp_hostile.py
EXTRA_DIST += tests/system/tftp_twin/run tests/system/tftp_twin/peer.py tests/system/tftp_twin/conversations.py \
  tests/system/tftp_twin/random_conversations.py
EXTRA_DIST += tests/system/lease_crash.py tests/system/lease_readers.py tests/system/lease_handover.py
check_PROGRAMS += tests/system/lease_promises
tests_system_lease_promises_SOURCES = tests/system/lease_promises.cc
tests_system_lease_promises_LDADD = src/lease/liblease.a src/conf/libconf.a src/dhcp/libdhcp.a src/base/libbase.a $(BASE_LIBS)
EXTRA_DIST += tests/system/valgrind_boot.py
EXTRA_DIST += tests/system/robust/run tests/system/robust/trial.py tests/system/robust/rows.py tests/system/robust/configurations.py \
  tests/system/robust/dhcp_packets.py tests/system/robust/faults.py tests/system/robust/neighbours.py tests/system/robust/networks.py tests/system/robust/rights.py \
  tests/system/robust/tftp_packets.py tests/system/robust/shim.c
# A library that is laid under a daemon: part of check-programs, since the tests of faults need it.
check_shim = tests/system/robust/shim.so
tests/system/robust/shim.so: $(srcdir)/tests/system/robust/shim.c
	@$(MKDIR_P) tests/system/robust
	$(AM_V_CC)$(CXX) -x c -O2 -shared -fPIC -o $@ $(srcdir)/tests/system/robust/shim.c
CLEANFILES += $(check_shim)
