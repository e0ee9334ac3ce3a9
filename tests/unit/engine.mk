# Unit tests of the decision core and of what reads its inputs.
ENGINE_TESTS = \
	tests/unit/test_action \
	tests/unit/test_addr \
	tests/unit/test_batch \
	tests/unit/test_core \
	tests/unit/test_decide \
	tests/unit/test_decisions \
	tests/unit/test_dn \
	tests/unit/test_entry \
	tests/unit/test_gtime \
	tests/unit/test_ldif \
	tests/unit/test_model \
	tests/unit/test_posix \
	tests/unit/test_schedule \
	tests/unit/test_service \
	tests/unit/test_zone
check_PROGRAMS += $(ENGINE_TESTS)
TESTS += $(ENGINE_TESTS)

tests_unit_test_action_SOURCES = tests/unit/test_action.c tests/unit/cm.h
tests_unit_test_action_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_action_LDADD = $(UNIT_LIBS)

tests_unit_test_addr_SOURCES = tests/unit/test_addr.c tests/unit/cm.h
tests_unit_test_addr_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_addr_LDADD = $(UNIT_LIBS)

tests_unit_test_core_SOURCES = tests/unit/test_core.c tests/unit/cm.h
tests_unit_test_core_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_core_LDADD = $(UNIT_LIBS)

tests_unit_test_decide_SOURCES = tests/unit/test_decide.c tests/unit/cm.h \
	tests/unit/estate_text.c \
	tests/unit/estate_text.h \
	vmsd/zonefiles.c
tests_unit_test_decide_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_decide_LDADD = $(UNIT_LIBS)

tests_unit_test_decisions_SOURCES = tests/unit/test_decisions.c tests/unit/cm.h \
	vmsctl/batch.c \
	vmsctl/estate.c \
	vmsctl/out.c \
	vmsctl/question.c \
	vmsd/zonefiles.c
tests_unit_test_decisions_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_decisions_LDADD = $(UNIT_LIBS)

tests_unit_test_dn_SOURCES = tests/unit/test_dn.c tests/unit/cm.h
tests_unit_test_dn_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_dn_LDADD = $(UNIT_LIBS)

tests_unit_test_entry_SOURCES = tests/unit/test_entry.c tests/unit/cm.h
tests_unit_test_entry_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_entry_LDADD = $(UNIT_LIBS)

tests_unit_test_gtime_SOURCES = tests/unit/test_gtime.c tests/unit/cm.h
tests_unit_test_gtime_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_gtime_LDADD = $(UNIT_LIBS)

tests_unit_test_ldif_SOURCES = tests/unit/test_ldif.c tests/unit/cm.h
tests_unit_test_ldif_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_ldif_LDADD = $(UNIT_LIBS)

tests_unit_test_model_SOURCES = tests/unit/test_model.c tests/unit/cm.h \
	tests/unit/estate_text.c \
	tests/unit/estate_text.h \
	vmsd/zonefiles.c
tests_unit_test_model_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_model_LDADD = $(UNIT_LIBS)

tests_unit_test_posix_SOURCES = tests/unit/test_posix.c tests/unit/cm.h \
	tests/unit/estate_text.c \
	tests/unit/estate_text.h \
	vmsd/zonefiles.c
tests_unit_test_posix_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_posix_LDADD = $(UNIT_LIBS)

tests_unit_test_schedule_SOURCES = tests/unit/test_schedule.c tests/unit/cm.h \
	vmsd/zonefiles.c
tests_unit_test_schedule_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_schedule_LDADD = $(UNIT_LIBS)

tests_unit_test_service_SOURCES = tests/unit/test_service.c tests/unit/cm.h
tests_unit_test_service_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_service_LDADD = $(UNIT_LIBS)

tests_unit_test_zone_SOURCES = tests/unit/test_zone.c tests/unit/cm.h \
	vmsd/zonefiles.c
tests_unit_test_zone_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_zone_LDADD = $(UNIT_LIBS)

tests_unit_test_batch_SOURCES = tests/unit/test_batch.c tests/unit/cm.h \
	vmsctl/batch.c \
	vmsctl/estate.c \
	vmsctl/out.c \
	vmsctl/question.c \
	vmsd/zonefiles.c
tests_unit_test_batch_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_batch_LDADD = $(UNIT_LIBS)
