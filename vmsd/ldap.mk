# The feed and the directory's side of vmsd: the pure sync machine, the store,
# and vmsd-ldap, the one program that links libldap.

# Pure; also in the engine.
noinst_LTLIBRARIES += vmsd/libsync.la
vmsd_libsync_la_SOURCES = \
	vmsd/sync_csn.c vmsd/sync_csn.h \
	vmsd/sync_event.c vmsd/sync_event.h \
	vmsd/sync_judge.c \
	vmsd/sync_phase.c vmsd/sync_phase.h vmsd/sync_phase_int.h \
	vmsd/sync_scope.c vmsd/sync_scope.h \
	vmsd/sync_take.c \
	vmsd/uuidset.c vmsd/uuidset.h

# LMDB.
noinst_LTLIBRARIES += vmsd/libstore.la
vmsd_libstore_la_SOURCES = \
	vmsd/store.c vmsd/store.h vmsd/store_int.h \
	vmsd/store_db.c vmsd/store_db.h \
	vmsd/store_open.c \
	vmsd/store_read.c \
	vmsd/store_record.c vmsd/store_record.h \
	vmsd/store_sink.c vmsd/store_sink.h
vmsd_libstore_la_CPPFLAGS = $(AM_CPPFLAGS) $(LMDB_CFLAGS)
vmsd_libstore_la_LIBADD = vmsd/libsync.la libvms/libcore.la $(LMDB_LIBS)

# liblber, and the meaning of a server's answers.
noinst_LTLIBRARIES += vmsd/libber.la
vmsd_libber_la_SOURCES = \
	vmsd/auth_outcome.c vmsd/auth_outcome.h \
	vmsd/ppolicy.c vmsd/ppolicy.h \
	vmsd/sync_ctrl.c vmsd/sync_ctrl.h
vmsd_libber_la_CPPFLAGS = $(AM_CPPFLAGS) $(LDAP_CFLAGS)
vmsd_libber_la_LIBADD = libvms/libcore.la -llber

vmslibexec_PROGRAMS += vmsd-ldap
vmsd_ldap_SOURCES = \
	vmsd/ldap_main.c \
	vmsd/ldapc.c vmsd/ldapc.h vmsd/ldapc_int.h \
	vmsd/ldapc_name.c \
	vmsd/ldapc_ops.c \
	vmsd/ldapc_sync.c \
	vmsd/ldapc_tcp.c \
	vmsd/role_auth.c vmsd/role_ldap.h \
	vmsd/role_sync.c vmsd/role_sync_server.c vmsd/role_sync_int.h
vmsd_ldap_CPPFLAGS = $(AM_CPPFLAGS) $(LDAP_CFLAGS) $(CRYPTO_CFLAGS)
vmsd_ldap_CFLAGS = $(AM_CFLAGS) $(VMS_PIE_CFLAGS)
vmsd_ldap_LDFLAGS = $(AM_LDFLAGS) $(VMS_PIE_LDFLAGS)
vmsd_ldap_LDADD = vmsd/libber.la vmsd/libsync.la vmsd/librole.la \
	libvms/libcore.la $(LDAP_LIBS) $(CRYPTO_LIBS)
