# libnss_vms.so.2: files only, no daemon, libc only.  Its sources are compiled
# for it alone, so that what it does not call is dropped at the link.
lib_LTLIBRARIES += nss_vms/libnss_vms.la
NSS_SOURCES = \
	nss_vms/answer.c nss_vms/nss_vms.h \
	nss_vms/group.c \
	nss_vms/initgroups.c \
	nss_vms/list.c \
	nss_vms/passwd.c \
	nss_vms/reader.c nss_vms/reader.h \
	nss_vms/shadow.c \
	libvms/buf.c \
	libvms/name.c \
	libvms/snapshot.c \
	libvms/str.c
nss_vms_libnss_vms_la_SOURCES = $(NSS_SOURCES)
nss_vms_libnss_vms_la_CFLAGS = $(AM_CFLAGS) -ffunction-sections \
	-fdata-sections
nss_vms_libnss_vms_la_LDFLAGS = $(AM_LDFLAGS) -version-info 2:0:0 \
	-Wl,--version-script=$(srcdir)/nss_vms/libnss_vms.map \
	-Wl,--exclude-libs,ALL -Wl,--gc-sections -Wl,--as-needed
nss_vms_libnss_vms_la_LIBADD = $(CDB_PIC_LIBS)
EXTRA_nss_vms_libnss_vms_la_DEPENDENCIES = nss_vms/libnss_vms.map
EXTRA_DIST += nss_vms/libnss_vms.map doc/SNAPSHOT.md conf/nsswitch.snippet
dist_man_MANS += man/nss_vms.8

# The reader alone, for pam_vms, which links libcore beside it.
noinst_LTLIBRARIES += nss_vms/libreader.la
nss_vms_libreader_la_SOURCES = nss_vms/reader.c nss_vms/reader.h
nss_vms_libreader_la_LIBADD = $(CDB_PIC_LIBS)

# glibc opens the module by its SONAME; nobody links it.
INSTALL_HOOKS += nss-install
UNINSTALL_HOOKS += nss-uninstall
.PHONY: nss-install nss-uninstall
nss-install:
	rm -f $(DESTDIR)$(libdir)/libnss_vms.la $(DESTDIR)$(libdir)/libnss_vms.so
nss-uninstall:
	rm -f $(DESTDIR)$(libdir)/libnss_vms.so.2 \
	    $(DESTDIR)$(libdir)/libnss_vms.so.2.0.0
