# Failure injection: a module's sources with their system calls wrapped.
INJECT_TESTS = tests/inject/inject_nss
check_PROGRAMS += $(INJECT_TESTS)
TESTS += $(INJECT_TESTS)

# Without _FORTIFY_SOURCE, whose variants have other names.
tests_inject_inject_nss_SOURCES = tests/inject/inject_nss.c $(NSS_SOURCES) \
	$(NSS_WORLD)
tests_inject_inject_nss_CPPFLAGS = $(NSS_CPPFLAGS) -U_FORTIFY_SOURCE
tests_inject_inject_nss_LDADD = vmsd/libcdbfile.la libvms/libcore.la \
	$(CDB_PIC_LIBS) $(CMOCKA_LIBS)
tests_inject_inject_nss_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=open,--wrap=fcntl,--wrap=fstat,--wrap=pread \
	-Wl,--wrap=realloc,--wrap=malloc,--wrap=calloc
