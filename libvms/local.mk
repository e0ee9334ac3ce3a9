# libvms: the core.  Pure; everybody links it.
noinst_LTLIBRARIES += libvms/libcore.la
libvms_libcore_la_SOURCES = \
	libvms/action.c libvms/action.h \
	libvms/addr.c libvms/addr.h \
	libvms/arena.c libvms/arena.h \
	libvms/bounds.h \
	libvms/buf.c libvms/buf.h \
	libvms/build_priv.h \
	libvms/cover.c libvms/cover_priv.h \
	libvms/decide.c libvms/decide.h libvms/decide_priv.h \
	libvms/decide_account.c \
	libvms/decide_cond.c \
	libvms/decide_grant.c \
	libvms/decide_list.c \
	libvms/decide_person.c \
	libvms/decide_request.c \
	libvms/dn.c libvms/dn.h \
	libvms/entry.c libvms/entry.h \
	libvms/err.c libvms/err.h \
	libvms/gtime.c libvms/gtime.h \
	libvms/identity.c libvms/identity.h libvms/identity_impl.h \
	libvms/identity_claim.c \
	libvms/identity_reused.c \
	libvms/identity_text.c \
	libvms/ldif.c libvms/ldif.h \
	libvms/model.h libvms/model_priv.h \
	libvms/model_base.c \
	libvms/model_build.c \
	libvms/model_grant.c \
	libvms/model_group.c \
	libvms/model_lint.c \
	libvms/model_names.c \
	libvms/model_policy.c \
	libvms/model_posix.c \
	libvms/model_read.c \
	libvms/model_role.c \
	libvms/model_thing.c \
	libvms/model_user.c \
	libvms/model_view.c \
	libvms/name.c libvms/name.h \
	libvms/password.c libvms/password.h \
	libvms/posix.h \
	libvms/proto.c libvms/proto.h \
	libvms/reason.c libvms/reason.h \
	libvms/review.c libvms/review.h \
	libvms/schedule.c libvms/schedule.h \
	libvms/service.c libvms/service.h \
	libvms/set.c libvms/set.h \
	libvms/snapshot.c libvms/snapshot.h \
	libvms/str.c libvms/str.h \
	libvms/tzrule.c libvms/tzrule.h \
	libvms/verdict.c \
	libvms/zone.c libvms/zone.h

# The vocabulary, compiled in.
BUILT_SOURCES += libvms/actions.inc
CLEANFILES += libvms/actions.inc
EXTRA_DIST += libvms/actions.awk
libvms/actions.inc: libvms/actions.awk ldap_schema/actions.tsv
	$(AM_V_GEN)$(MKDIR_P) libvms && \
	$(AWK) -f $(srcdir)/libvms/actions.awk \
	    $(srcdir)/ldap_schema/actions.tsv > $@.tmp && mv $@.tmp $@
libvms/action.lo: libvms/actions.inc
