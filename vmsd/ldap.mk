# The feed and the directory's side of vmsd: the pure sync machine, the store,
# and vmsd-ldap, the one program that links libldap.
EXTRA_DIST += vmsd/store.h vmsd/sync_phase.h vmsd/sync_csn.h \
	vmsd/sync_event.h vmsd/sync_scope.h vmsd/store_sink.h
