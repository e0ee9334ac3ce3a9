# libvms: the core.  Pure; everybody links it.
noinst_LTLIBRARIES += libvms/libcore.la
libvms_libcore_la_SOURCES = \
	libvms/addr.c libvms/addr.h \
	libvms/arena.c libvms/arena.h \
	libvms/bounds.h \
	libvms/buf.c libvms/buf.h \
	libvms/err.c libvms/err.h \
	libvms/identity.c libvms/identity.h libvms/identity_impl.h \
	libvms/identity_claim.c \
	libvms/identity_text.c \
	libvms/name.c libvms/name.h \
	libvms/password.c libvms/password.h \
	libvms/proto.c libvms/proto.h \
	libvms/snapshot.c libvms/snapshot.h \
	libvms/str.c libvms/str.h
