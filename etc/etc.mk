# The files that stand beside the programs. What a person or a tool edits is put in place only where it is
# missing, and removed only where it is as it was put.
unitdir = $(prefix)/lib/systemd/system
sysusersdir = $(prefix)/lib/sysusers.d
initdir = $(sysconfdir)/rc.d/init.d
spareinitdir = $(pkgdatadir)/init.d
bashcompletiondir = $(datadir)/bash-completion/completions
dhcpd_conf = $(sysconfdir)/$(DHCPD_CONF_NAME)
dhcpd_other_conf = $(sysconfdir)/$(DHCPD_OTHER_CONF_NAME)

ETC_TEMPLATES = etc/init.d/dhcpd.in etc/init.d/tftp.in etc/systemd/dhcpd.service.in etc/systemd/tftp.service.in \
	etc/xinetd.d/tftp.in etc/dhcpd.conf.in etc/NetworkManager/12-dhcpd.in
ETC_MADE = etc/init.d/dhcpd etc/init.d/tftp etc/systemd/dhcpd.service etc/systemd/tftp.service \
	etc/xinetd.d/tftp etc/dhcpd.conf etc/NetworkManager/12-dhcpd
EXTRA_DIST += $(ETC_TEMPLATES) etc/systemd/tftp.socket etc/sysusers.d/dhcp.conf etc/sysconfig/dhcpd
CLEANFILES += $(ETC_MADE)
noinst_DATA = $(ETC_MADE)

dist_doc_DATA = etc/dhcpd.conf.example
dist_bashcompletion_DATA = etc/bash_completion.d/dhcpd etc/bash_completion.d/in.tftpd

if INIT_SYSTEMD
unit_DATA = etc/systemd/dhcpd.service etc/systemd/tftp.service etc/systemd/tftp.socket
sysusers_DATA = etc/sysusers.d/dhcp.conf
endif
if INIT_SYSV
init_SCRIPTS = etc/init.d/dhcpd
# Not beside the other: chkconfig would take it for the service that xinetd has.
spareinit_SCRIPTS = etc/init.d/tftp
endif

etc_edit = $(SED) -e 's,[@]sbindir[@],$(sbindir),g' -e 's,[@]sysconfdir[@],$(sysconfdir),g' \
	-e 's,[@]localstatedir[@],$(localstatedir),g' -e 's,[@]pkgdatadir[@],$(pkgdatadir),g' \
	-e 's,[@]docdir[@],$(docdir),g' -e 's,[@]tftp_root[@],$(tftp_root),g' \
	-e 's,[@]dhcpd_conf[@],$(dhcpd_conf),g' -e 's,[@]dhcpd_other_conf[@],$(dhcpd_other_conf),g'

$(ETC_MADE): Makefile
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(etc_edit) $(srcdir)/$@.in > $@.new && mv $@.new $@
etc/init.d/dhcpd: etc/init.d/dhcpd.in
etc/init.d/tftp: etc/init.d/tftp.in
etc/systemd/dhcpd.service: etc/systemd/dhcpd.service.in
etc/systemd/tftp.service: etc/systemd/tftp.service.in
etc/xinetd.d/tftp: etc/xinetd.d/tftp.in
etc/dhcpd.conf: etc/dhcpd.conf.in
etc/NetworkManager/12-dhcpd: etc/NetworkManager/12-dhcpd.in

# as_user_file SOURCE TARGET
as_user_file = test -e $(DESTDIR)$(2) || { $(MKDIR_P) "$$(dirname $(DESTDIR)$(2))" && \
	$(INSTALL_DATA) $(1) $(DESTDIR)$(2); }
forget_user_file = ! cmp -s $(1) $(DESTDIR)$(2) || rm -f $(DESTDIR)$(2)
lease_file = $(localstatedir)/lib/dhcpd/dhcpd.leases

install-data-local: $(ETC_MADE)
	$(call as_user_file,etc/dhcpd.conf,$(dhcpd_conf))
	$(call as_user_file,/dev/null,$(lease_file))
	$(MKDIR_P) $(DESTDIR)$(tftp_root)
if INIT_SYSV
	$(call as_user_file,etc/xinetd.d/tftp,$(sysconfdir)/xinetd.d/tftp)
endif
if INIT_ANY
	$(call as_user_file,$(srcdir)/etc/sysconfig/dhcpd,$(sysconfdir)/sysconfig/dhcpd)
endif

uninstall-local: $(ETC_MADE)
	$(call forget_user_file,etc/dhcpd.conf,$(dhcpd_conf))
	$(call forget_user_file,/dev/null,$(lease_file))
	$(call forget_user_file,etc/xinetd.d/tftp,$(sysconfdir)/xinetd.d/tftp)
	$(call forget_user_file,$(srcdir)/etc/sysconfig/dhcpd,$(sysconfdir)/sysconfig/dhcpd)
