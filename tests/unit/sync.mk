# Unit tests of the feed: sync codec and machine, store, answers.
UNIT_TESTS += tests/unit/test_sync_ctrl tests/unit/test_sync_history \
	tests/unit/test_sync_phase tests/unit/test_store

tests_unit_test_sync_ctrl_SOURCES = tests/unit/test_sync_ctrl.c
tests_unit_test_sync_ctrl_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sync_ctrl_LDADD = vmsd/libber.la vmsd/libsync.la $(UNIT_LIBS)

tests_unit_test_sync_history_SOURCES = tests/unit/test_sync_history.c \
	tests/unit/sync_world.c tests/unit/sync_world.h
tests_unit_test_sync_history_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sync_history_LDADD = vmsd/libsync.la $(UNIT_LIBS)

tests_unit_test_sync_phase_SOURCES = tests/unit/test_sync_phase.c \
	tests/unit/sync_world.c tests/unit/sync_world.h
tests_unit_test_sync_phase_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_sync_phase_LDADD = vmsd/libsync.la $(UNIT_LIBS)

tests_unit_test_store_SOURCES = tests/unit/test_store.c
tests_unit_test_store_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_store_LDADD = vmsd/libstore.la $(UNIT_LIBS)
