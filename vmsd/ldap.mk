# The feed and the directory's side of vmsd: frames, the pure sync machine,
# the store, and vmsd-ldap, the one program that links libldap.
noinst_LTLIBRARIES += vmsd/libframe.la
vmsd_libframe_la_SOURCES = vmsd/frame.c vmsd/frame.h vmsd/ipc.h

EXTRA_DIST += vmsd/store.h vmsd/sync_phase.h vmsd/sync_csn.h \
	vmsd/sync_event.h vmsd/sync_scope.h vmsd/store_sink.h vmsd/conf.h
