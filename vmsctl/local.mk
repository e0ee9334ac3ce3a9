# vmsctl: the administrator's command.
bin_PROGRAMS += vmsctl/vmsctl
vmsctl_vmsctl_SOURCES = \
	vmsctl/answer.c vmsctl/answer.h \
	vmsctl/batch.c vmsctl/batch.h \
	vmsctl/check.c \
	vmsctl/check_ldif.c vmsctl/check_ldif.h \
	vmsctl/estate.c vmsctl/estate.h \
	vmsctl/main.c \
	vmsctl/out.c vmsctl/out.h \
	vmsctl/question.c vmsctl/question.h \
	vmsctl/vmsctl.h \
	vmsd/zonefiles.c vmsd/zonefiles.h
vmsctl_vmsctl_CFLAGS = $(AM_CFLAGS) $(VMS_PIE_CFLAGS)
vmsctl_vmsctl_LDFLAGS = $(AM_LDFLAGS) $(VMS_PIE_LDFLAGS)
vmsctl_vmsctl_LDADD = libvms/libcore.la
