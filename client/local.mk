# client: one request to vmsd and its reply; tests of the protocol with it.
noinst_LTLIBRARIES += client/libclient.la
client_libclient_la_SOURCES = \
	client/client.c client/client.h \
	client/self.c client/self.h

EXTRA_DIST += doc/PROTOCOL.md

CLIENT_TESTS = tests/unit/test_proto tests/unit/test_client
check_PROGRAMS += $(CLIENT_TESTS)
TESTS += $(CLIENT_TESTS)

tests_unit_test_proto_SOURCES = tests/unit/test_proto.c \
	tests/unit/proto_samples.h
tests_unit_test_proto_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_proto_LDADD = $(UNIT_LIBS)

tests_unit_test_client_SOURCES = tests/unit/test_client.c \
	tests/unit/proto_samples.h tests/unit/server.c tests/unit/server.h
tests_unit_test_client_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_client_LDADD = client/libclient.la $(UNIT_LIBS)
