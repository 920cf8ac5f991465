# Manual pages that make install puts in place.
dist_man_MANS += man/bootserver.cfg.5 man/dhcp-eval.5 man/dhcp-options.5 man/dhcpd.conf.5 man/dhcpd.leases.5 \
	man/dhcpd.8 man/in.tftpd.8

install-data-hook:
	cd $(DESTDIR)$(man8dir) && rm -f tftpd.8 && $(LN_S) in.tftpd.8 tftpd.8
uninstall-hook:
	rm -f $(DESTDIR)$(man8dir)/tftpd.8
