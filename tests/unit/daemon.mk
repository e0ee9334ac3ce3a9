# Unit tests of the daemon's own parts.
UNIT_TESTS += tests/unit/test_conf tests/unit/test_origin \
	tests/unit/test_publish tests/unit/test_session
UNIT_TESTS += tests/unit/test_authpool
tests_unit_test_authpool_SOURCES = tests/unit/test_authpool.c \
	vmsd/authpool.c vmsd/evchan.c
tests_unit_test_authpool_CPPFLAGS = $(UNIT_CPPFLAGS) $(EVENT_CFLAGS)
tests_unit_test_authpool_LDADD = vmsd/librole.la libvms/libcore.la \
	$(EVENT_LIBS) $(UNIT_LIBS)
UNIT_TESTS += tests/unit/test_procinfo
tests_unit_test_procinfo_SOURCES = tests/unit/test_procinfo.c
tests_unit_test_procinfo_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_procinfo_LDADD = vmsd/libdaemon.la $(UNIT_LIBS)
tests_unit_test_conf_SOURCES = tests/unit/test_conf.c
tests_unit_test_conf_CPPFLAGS = $(UNIT_CPPFLAGS) \
	-DVMS_TEST_TOP='"$(abs_top_srcdir)"'
tests_unit_test_conf_LDADD = vmsd/libconf.la $(UNIT_LIBS)
tests_unit_test_origin_SOURCES = tests/unit/test_origin.c
tests_unit_test_origin_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_origin_LDADD = vmsd/libdaemon.la $(UNIT_LIBS)
tests_unit_test_publish_SOURCES = tests/unit/test_publish.c
tests_unit_test_publish_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_publish_LDADD = vmsd/libdaemon.la $(UNIT_LIBS)

UNIT_TESTS += tests/unit/test_endsession
tests_unit_test_endsession_SOURCES = tests/unit/test_endsession.c
tests_unit_test_endsession_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_endsession_LDADD = vmsd/libdaemon.la $(UNIT_LIBS)
tests_unit_test_session_SOURCES = tests/unit/test_session.c
tests_unit_test_session_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_session_LDADD = vmsd/libdaemon.la client/libclient.la \
	$(UNIT_LIBS)
