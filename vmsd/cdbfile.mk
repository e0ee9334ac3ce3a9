# The published file's writer, for the engine and for tests.
noinst_LTLIBRARIES += vmsd/libcdbfile.la
vmsd_libcdbfile_la_SOURCES = vmsd/cdbfile.c vmsd/cdbfile.h
vmsd_libcdbfile_la_LIBADD = $(CDB_LIBS)
