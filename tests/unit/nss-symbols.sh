#!/bin/bash
# SPDX-License-Identifier: MIT
# libnss_vms.so.2 as it was built: its entry points and nothing else, libc and
# nothing else, no thread-local storage, nothing that runs when it is opened.
# usage: nss-symbols.sh [FILE]
set -euo pipefail
export LC_ALL=C
so=${1:-nss_vms/.libs/libnss_vms.so.2}
rc=0
wrong() {
	echo "$so: $*"
	rc=1
}

wanted="endgrent endpwent endspent getgrent_r getgrgid_r getgrnam_r
getpwent_r getpwnam_r getpwuid_r getspent_r getspnam_r initgroups_dyn
setgrent setpwent setspent"
got=$(nm -D --defined-only "$so" | awk '{ print $3 }' | sort)
want=$(for w in $wanted; do echo "_nss_vms_$w"; done | sort)
[ "$got" = "$want" ] || wrong "exports $(diff <(echo "$want") <(echo "$got"))"

dynamic=$(readelf -dW "$so")
grep -q 'SONAME.*\[libnss_vms\.so\.2\]' <<< "$dynamic" || wrong "SONAME"
needed=$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' <<< "$dynamic")
[ "$needed" = libc.so.6 ] || wrong "needs" "$needed"
grep -q BIND_NOW <<< "$dynamic" || wrong "is not linked with -z now"
! grep -q TEXTREL <<< "$dynamic" || wrong "has text relocations"

segments=$(readelf -lW "$so")
! grep -qw TLS <<< "$segments" || wrong "has thread-local storage"
grep -q GNU_RELRO <<< "$segments" || wrong "has no RELRO"
grep -q 'GNU_STACK.* RW ' <<< "$segments" || wrong "has no GNU_STACK RW"

# One word each: the C runtime's frame_dummy and __do_global_dtors_aux.
for s in INIT FINI; do
	grep -q "(${s}_ARRAYSZ) *8 (bytes)" <<< "$dynamic" ||
	    wrong "runs code of its own in ${s}_ARRAY"
done
if nm -D --undefined-only "$so" | grep -Ew \
    'pthread_key_create|atexit|__tls_get_addr|abort|exit|getenv|syslog|mmap'
then
	wrong "uses what an NSS module must not"
fi
exit "$rc"
