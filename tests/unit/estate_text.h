/* SPDX-License-Identifier: MIT */
/* Models built from LDIF text, for tests. */
#ifndef TESTS_ESTATE_TEXT_H
#define TESTS_ESTATE_TEXT_H

#include "libvms/model.h"

/* The containers and one recorder that most texts want before them:
 * cn=rec, cameras cam-a and cam-b at home on it, role cn=full with every
 * login and live.view, under dc=x; and a text of a person with vmsUser. */
#define BASE_LDIF \
	"dn: cn=rec,ou=recorders,ou=vms,dc=x\nobjectClass: vmsRecorder\n" \
	"cn: rec\nvmsEnabled: TRUE\n\n" \
	"dn: cn=cam-a,ou=cameras,ou=vms,dc=x\nobjectClass: vmsCamera\n" \
	"cn: cam-a\nvmsHomeRecorder: cn=rec,ou=recorders,ou=vms,dc=x\n\n" \
	"dn: cn=cam-b,ou=cameras,ou=vms,dc=x\nobjectClass: vmsCamera\n" \
	"cn: cam-b\nvmsHomeRecorder: cn=rec,ou=recorders,ou=vms,dc=x\n\n" \
	"dn: cn=full,ou=roles,ou=vms,dc=x\nobjectClass: vmsRole\n" \
	"cn: full\nvmsRoleRank: 40\nvmsAction: login.*\n" \
	"vmsAction: live.view\n\n"
#define USER_LDIF(uid, more) \
	"dn: uid=" uid ",ou=people,dc=x\nobjectClass: posixAccount\n" \
	"objectClass: vmsUser\nuid: " uid "\ncn: " uid "\n" \
	"vmsAccountState: enabled\nvmsIpMode: any\n" more "\n"
/* A grant of cn=full on everything; more may add or contradict. */
#define GRANT_LDIF(name, subject, more) \
	"dn: cn=" name ",ou=grants,ou=vms,dc=x\nobjectClass: vmsRoleGrant\n" \
	"cn: " name "\nvmsSubjectScope: listed\nvmsSubject: " subject "\n" \
	"vmsRoleRef: cn=full,ou=roles,ou=vms,dc=x\n" more "\n"
#define ALLOW_ALL \
	"vmsEffect: allow\nvmsTargetScope: all\nvmsCondition: none\n"

/* The model; the test fails if it cannot be built.  params may be NULL. */
struct vms_model *estate_text_model(const char *ldif,
    const struct vms_model_params *params);
/* Entries get UUIDs in their order: 1, 2, … in the last byte. */
void estate_text_uuid(uint8_t uuid[VMS_UUID_LEN], uint8_t number);
/* The zones of this host, loaded once. */
const struct vms_zones *estate_text_zones(void);
void estate_text_fini(void);
/* Whether a finding with that code names an entry of that DN. */
bool estate_text_has_finding(const struct vms_model *m, const char *code,
    const char *dn);

#endif
