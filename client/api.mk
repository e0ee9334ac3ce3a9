# libvms.so.0: the C API for the video software.
if SANITIZERS
# The sanitizers' runtime comes with the program.
VMS_ALL_DEFINED =
else
VMS_ALL_DEFINED = -Wl,-z,defs
endif
lib_LTLIBRARIES += client/libvms.la
client_libvms_la_SOURCES = client/api.c
client_libvms_la_LDFLAGS = $(AM_LDFLAGS) -version-info 0:0:0 \
	-Wl,--version-script=$(srcdir)/client/libvms.map \
	-Wl,--exclude-libs,ALL $(VMS_ALL_DEFINED)
client_libvms_la_LIBADD = client/libclient.la libvms/libcore.la
EXTRA_client_libvms_la_DEPENDENCIES = client/libvms.map
include_HEADERS = libvms/vms.h
pkgconfigdir = $(libdir)/pkgconfig
pkgconfig_DATA = client/vms.pc
EXTRA_DIST += client/libvms.map
dist_man_MANS += man/libvms.3

INSTALL_HOOKS += api-install
.PHONY: api-install
api-install:
	rm -f $(DESTDIR)$(libdir)/libvms.la

# Without its .la libtool does not find the library again.
UNINSTALL_HOOKS += api-uninstall
.PHONY: api-uninstall
api-uninstall:
	rm -f $(DESTDIR)$(libdir)/libvms.so $(DESTDIR)$(libdir)/libvms.so.0 \
	    $(DESTDIR)$(libdir)/libvms.so.0.0.0

# The same source; the built library hides what the scripted server needs.
check_PROGRAMS += tests/unit/test_api
TESTS += tests/unit/test_api
tests_unit_test_api_SOURCES = tests/unit/test_api.c client/api.c \
	tests/unit/server.c tests/unit/server.h
tests_unit_test_api_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_api_LDADD = client/libclient.la $(UNIT_LIBS)
