# Unit tests of the feed: frames, sync codec and machine, store.
UNIT_TESTS += tests/unit/test_frame

tests_unit_test_frame_SOURCES = tests/unit/test_frame.c
tests_unit_test_frame_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_frame_LDADD = vmsd/libframe.la $(UNIT_LIBS)
