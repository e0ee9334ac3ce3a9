# vmsd: the daemon.  librole is what every role of it links, vmsd and
# vmsd-ldap alike.
noinst_LTLIBRARIES += vmsd/librole.la
vmsd_librole_la_SOURCES = \
	vmsd/chan.c vmsd/chan.h \
	vmsd/conf.h vmsd/conf_table.c vmsd/conf_table.h vmsd/conf_wire.c \
	vmsd/ipc.h \
	vmsd/log.c vmsd/log.h \
	vmsd/role.c vmsd/role.h \
	vmsd/sandbox.c vmsd/sandbox.h
vmsd_librole_la_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
vmsd_librole_la_LIBADD = libvms/libcore.la $(SECCOMP_LIBS)
if SANITIZERS
vmsd_librole_la_CPPFLAGS += -DVMS_SANITIZED
endif

# Reading the configuration: vmsd and vmsctl.
noinst_LTLIBRARIES += vmsd/libconf.la
vmsd_libconf_la_SOURCES = \
	vmsd/conf.c vmsd/conf_check.c vmsd/conf_filter.c vmsd/conf_load.h vmsd/conf_print.c \
	vmsd/conf_take.c vmsd/secret.c vmsd/secret.h
vmsd_libconf_la_CPPFLAGS = $(AM_CPPFLAGS) $(CONFIG_CFLAGS)
vmsd_libconf_la_LIBADD = vmsd/librole.la $(CONFIG_LIBS)

# Verifiers and the seal's folder; OpenSSL is known to verifier.c alone.
noinst_LTLIBRARIES += vmsd/libseal.la
vmsd_libseal_la_SOURCES = \
	vmsd/seal_delay.c vmsd/seal_delay.h \
	vmsd/seal_files.c vmsd/seal_files.h \
	vmsd/verifier.c vmsd/verifier.h
vmsd_libseal_la_CPPFLAGS = $(AM_CPPFLAGS) $(CRYPTO_CFLAGS)
vmsd_libseal_la_LIBADD = vmsd/librole.la libvms/libcore.la $(CRYPTO_LIBS)

# Parent and engine, without main: the tests link the same code.
noinst_LTLIBRARIES += vmsd/libdaemon.la
vmsd_libdaemon_la_SOURCES = \
	vmsd/accept.c \
	vmsd/adopt.c vmsd/adopt.h \
	vmsd/authpool.c vmsd/authpool.h \
	vmsd/brake.c vmsd/brake.h \
	vmsd/build.c \
	vmsd/child.c vmsd/child.h \
	vmsd/credential.c vmsd/credential.h \
	vmsd/dispatch.c \
	vmsd/engine.h \
	vmsd/clock.c vmsd/clock.h \
	vmsd/endmatch.c vmsd/endmatch.h \
	vmsd/endsession.c vmsd/endsession.h \
	vmsd/endtell.c vmsd/endtell.h \
	vmsd/evchan.c vmsd/evchan.h \
	vmsd/feed.c vmsd/feed.h vmsd/feed_priv.h vmsd/feed_state.c \
	vmsd/guess.c vmsd/guess.h \
	vmsd/hostids.c vmsd/hostids.h \
	vmsd/judge.c \
	vmsd/listen.c vmsd/listen.h \
	vmsd/mustchange.c vmsd/mustchange.h \
	vmsd/offline.c vmsd/offline.h \
	vmsd/origin.c vmsd/origin.h \
	vmsd/parent.c vmsd/parent.h vmsd/parent_conf.c vmsd/parent_priv.h \
	vmsd/parent_role.c \
	vmsd/procinfo.c vmsd/procinfo.h \
	vmsd/proclist.c vmsd/proclist.h \
	vmsd/publish.c vmsd/publish.h \
	vmsd/record.c vmsd/record.h \
	vmsd/req_acct.c vmsd/req_auth.c vmsd/req_auth.h vmsd/req_change.c \
	vmsd/req_check.c vmsd/req_info.c \
	vmsd/request.h \
	vmsd/revoke.c vmsd/revoke.h \
	vmsd/role_engine.c vmsd/role_engine.h \
	vmsd/role_seal.c vmsd/role_seal.h \
	vmsd/server.c vmsd/server.h vmsd/server_priv.h \
	vmsd/session.c vmsd/session.h \
	vmsd/session_memo.c vmsd/session_memo.h \
	vmsd/session_wire.c vmsd/session_wire.h \
	vmsd/table.c \
	vmsd/vault.c vmsd/vault.h \
	vmsd/zonefiles.c vmsd/zonefiles.h
vmsd_libdaemon_la_CPPFLAGS = $(AM_CPPFLAGS) $(EVENT_CFLAGS) $(SYSTEMD_CFLAGS)
vmsd_libdaemon_la_LIBADD = vmsd/libconf.la vmsd/librole.la \
	vmsd/libseal.la vmsd/libstore.la vmsd/libsync.la vmsd/libcdbfile.la \
	libvms/libcore.la $(EVENT_LIBS) $(SYSTEMD_LIBS)

sbin_PROGRAMS += vmsd/vmsd
vmsd_vmsd_SOURCES = vmsd/main.c
vmsd_vmsd_CFLAGS = $(AM_CFLAGS) $(VMS_PIE_CFLAGS)
vmsd_vmsd_LDFLAGS = $(AM_LDFLAGS) $(VMS_PIE_LDFLAGS)
vmsd_vmsd_LDADD = vmsd/libdaemon.la
