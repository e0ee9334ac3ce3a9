# What a recorder needs beside the programs: units, users, folders, the
# commented configuration (a test compares it with the table of keys).
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
dist_vmsconf_DATA = conf/vmsd.conf
dist_unit_DATA = conf/vmsd.socket conf/vmsctl-gc.timer \
	conf/vmsctl-recorder-report.timer
nodist_unit_DATA = conf/vmsd.service conf/vmsctl-gc.service \
	conf/vmsctl-recorder-report.service
dist_man_MANS += man/vmsd.8 man/vmsd.conf.5
EXTRA_DIST += conf/vmsd.service.in conf/vmsctl-gc.service.in \
	conf/vmsctl-recorder-report.service.in conf/vms-identity.sysusers \
	conf/vms-identity.tmpfiles
CLEANFILES += conf/vmsd.service conf/vmsctl-gc.service \
	conf/vmsctl-recorder-report.service

conf/vmsd.service: $(srcdir)/conf/vmsd.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf && \
	$(SED) 's,@sbindir[@],$(sbindir),' $(srcdir)/conf/vmsd.service.in > $@

conf/vmsctl-gc.service: $(srcdir)/conf/vmsctl-gc.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf && \
	$(SED) 's,@bindir[@],$(bindir),' $(srcdir)/conf/vmsctl-gc.service.in > $@

conf/vmsctl-recorder-report.service: $(srcdir)/conf/vmsctl-recorder-report.service.in Makefile
	$(AM_V_GEN)$(MKDIR_P) conf && \
	$(SED) 's,@bindir[@],$(bindir),' $(srcdir)/conf/vmsctl-recorder-report.service.in > $@

INSTALL_DATA_HOOKS += install-host-files
UNINSTALL_HOOKS += uninstall-host-files
install-host-files:
	$(MKDIR_P) $(DESTDIR)$(sysusersdir) $(DESTDIR)$(tmpfilesdir)
	$(INSTALL_DATA) $(srcdir)/conf/vms-identity.sysusers \
	    $(DESTDIR)$(sysusersdir)/vms-identity.conf
	$(INSTALL_DATA) $(srcdir)/conf/vms-identity.tmpfiles \
	    $(DESTDIR)$(tmpfilesdir)/vms-identity.conf
uninstall-host-files:
	rm -f $(DESTDIR)$(sysusersdir)/vms-identity.conf \
	    $(DESTDIR)$(tmpfilesdir)/vms-identity.conf
