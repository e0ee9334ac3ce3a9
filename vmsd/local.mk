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
