/* SPDX-License-Identifier: MIT */
/* What is asked of the directory: see sync_scope.h. */
#include "vmsd/sync_scope.h"

#include <stddef.h>
#include <string.h>

#include "libvms/buf.h"
#include "libvms/dn.h"

/* The policy entries that decisions need.  What belongs to the video system
 * alone (clips, collected configurations, ...) stays in the directory. */
static const char policy_filter[] =
	"(objectClass=vmsUser)(objectClass=vmsProfile)(objectClass=vmsRole)"
	"(objectClass=vmsRoleGrant)(objectClass=vmsActionGrant)"
	"(objectClass=vmsRecorder)(objectClass=vmsRecorderGroup)"
	"(objectClass=vmsCamera)(objectClass=vmsCameraGroup)"
	"(objectClass=vmsLayout)(objectClass=vmsIpPool)"
	"(objectClass=vmsSchedule)(objectClass=vmsLicensePool)"
	"(objectClass=vmsLicenseAssignment)(objectClass=vmsAnalyticsCase)"
	"(objectClass=vmsPolicy)(objectClass=vmsApproval)";

static const char *const containers[] = {
	"organizationalUnit", "organization", "dcObject", "domain",
	"container", "nsContainer", "country", "locality", "builtinDomain",
};

/* Never mail, telephone numbers or userPassword. */
static const char *const fixed_attrs[] = {
	"objectClass", "entryCSN", "creatorsName", "modifiersName",
	"cn", "sn", "givenName", "description", "preferredLanguage",
	"uniqueMember",
	/* locks that servers keep, and the stamp of the password */
	"shadowExpire", "pwdReset", "pwdAccountLockedTime", "pwdChangedTime",
	"nsAccountLock", "userAccountControl", "accountExpires", "pwdLastSet",
	/* the schema of this suite, but for what only the video system reads
	 * (vmsLayoutData, vmsUri, ...) */
	"vmsAccountState", "vmsNotBefore", "vmsNotAfter", "vmsEnabled",
	"vmsProtected", "vmsParentUser", "vmsIpMode", "vmsIpPoolRef",
	"vmsIpRange", "vmsScheduleRef", "vmsMaxSessions", "vmsPtzPriority",
	"vmsTermsVersion", "vmsTermsAcceptedAt", "vmsAction", "vmsRoleParent",
	"vmsRoleRank", "vmsRoleScope", "vmsUnixGroup", "vmsGidNumber",
	"vmsRoleRef", "vmsSubject", "vmsSubjectScope", "vmsEffect",
	"vmsTarget", "vmsTargetScope", "vmsCascade", "vmsService",
	"vmsCondition", "vmsApproverRef", "vmsMaxArchiveAge", "vmsReason",
	"vmsReviewBy", "vmsUuid", "vmsHostName", "vmsSoftwareVersion",
	"vmsReportedAt", "vmsRemoteAddress", "vmsLocalAdmin",
	"vmsServiceAccount", "vmsTimeZone", "vmsRecorderRef",
	"vmsHomeRecorder", "vmsFailoverRecorder", "vmsCapability",
	"vmsHidden", "vmsTag", "vmsMember", "vmsOwner", "vmsShared",
	"vmsWindow", "vmsExceptDate", "vmsLicenseLevel", "vmsLicenseTotal",
	"vmsLicenseFree", "vmsLicenseCount", "vmsAnalyticsType",
	"vmsCaseState", "vmsCameraRef", "vmsResourceKind", "vmsCaseRef",
	"vmsDefaultAccess", "vmsLayoutMode", "vmsMessage", "vmsParameter",
	"vmsSchemaVersion", "vmsApprovalAction", "vmsRequester",
	"vmsApprover", "vmsNonce",
};

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MAPPED 11

static int
no_memory(struct vms_err *err)
{
	return vms_fail(err, VMS_E_SYSTEM, "out of memory");
}

static int
normal(const char *what, const char *base, struct vms_arena *a,
    struct vms_str *out, struct vms_err *err)
{
	if (vms_dn_normal(vms_str_of(base), a, out) == -1)
		return vms_fail(err, VMS_E_MALFORMED, "%s: not a DN: %s", what,
		    base);
	return 0;
}

static int
common_base(const struct vms_conf *conf, struct vms_arena *a,
    const char **out, struct vms_err *err)
{
	struct vms_str u, g, p, base;

	if (normal("directory.users.base", conf->directory.users.base, a, &u,
	    err) == -1 ||
	    normal("directory.groups.base", conf->directory.groups.base, a,
	    &g, err) == -1 ||
	    normal("directory.policy.base", conf->directory.policy.base, a,
	    &p, err) == -1)
		return -1;
	base = p;
	while (base.len > 0 && !(vms_dn_is_within(u, base) &&
	    vms_dn_is_within(g, base)))
		base = vms_dn_parent(base);
	if (base.len == 0)
		return vms_fail(err, VMS_E_MALFORMED, "the bases of users, "
		    "groups and policy have no common ancestor (%s; %s; %s): "
		    "they must stand below one suffix",
		    conf->directory.users.base, conf->directory.groups.base,
		    conf->directory.policy.base);
	*out = vms_arena_str(a, base).p;
	return *out == NULL ? no_memory(err) : 0;
}

static void
put(struct vms_wr *w, const char *s)
{
	vms_wr_bytes(w, s, strlen(s));
}

static void
put_filter(struct vms_wr *w, const char *s)
{
	if (s[0] == '\0')
		return;
	if (s[0] != '(')
		put(w, "(");
	put(w, s);
	if (s[0] != '(')
		put(w, ")");
}

static int
joined_filter(const struct vms_conf *conf, struct vms_arena *a,
    const char **out, struct vms_err *err)
{
	struct vms_wr w = { 0 };

	put(&w, "(|");
	put_filter(&w, conf->directory.users.filter);
	put_filter(&w, conf->directory.groups.filter);
	/* The search begins above the policy's base: a filter that says
	 * "everything there" must not become everything here. */
	put(&w, "(&(|");
	put(&w, policy_filter);
	put(&w, ")");
	put_filter(&w, conf->directory.policy.filter);
	put(&w, ")");
	for (size_t i = 0; i < N(containers); i++) {
		put(&w, "(objectClass=");
		put(&w, containers[i]);
		put(&w, ")");
	}
	put(&w, ")");
	*out = w.bad ? NULL : vms_arena_str(a,
	    (struct vms_str){ (const char *)w.p, w.len }).p;
	vms_wr_fini(&w);
	return *out == NULL ? no_memory(err) : 0;
}

static bool
listed(const char *const *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (vms_str_caseeq(vms_str_of(v[i]), vms_str_of(name)))
			return true;
	return false;
}

static int
attributes(const struct vms_conf *conf, struct vms_arena *a,
    const char *const **out, struct vms_err *err)
{
	const char *const mapped[MAPPED] = {
		conf->directory.attributes.user_name,
		conf->directory.attributes.uid,
		conf->directory.attributes.gid,
		conf->directory.attributes.gecos,
		conf->directory.attributes.home,
		conf->directory.attributes.shell,
		conf->directory.attributes.group_name,
		conf->directory.attributes.group_gid,
		conf->directory.attributes.member,
		conf->directory.attributes.member_uid,
		conf->directory.attributes.ssh_key,
	};
	const char **v = vms_arena_calloc(a, N(fixed_attrs) + MAPPED + 1,
	    sizeof(*v));
	size_t n = N(fixed_attrs);

	if (v == NULL)
		return no_memory(err);
	memcpy(v, fixed_attrs, sizeof(fixed_attrs));
	for (size_t i = 0; i < MAPPED; i++) {
		if (mapped[i][0] == '\0' || listed(v, n, mapped[i]))
			continue;
		v[n] = vms_arena_str(a, vms_str_of(mapped[i])).p;
		if (v[n++] == NULL)
			return no_memory(err);
	}
	*out = v;
	return 0;
}

int
vms_sync_scope_build(const struct vms_conf *conf, struct vms_arena *a,
    struct vms_sync_scope *out, struct vms_err *err)
{
	*out = (struct vms_sync_scope){ 0 };
	if (common_base(conf, a, &out->base, err) == -1 ||
	    joined_filter(conf, a, &out->filter, err) == -1)
		return -1;
	return attributes(conf, a, &out->attrs, err);
}

static uint64_t
mix(uint64_t h, const char *s)
{
	do {
		h = (h ^ (uint8_t)*s) * UINT64_C(0x100000001b3);
	} while (*s++ != '\0');
	return h;
}

uint64_t
vms_sync_scope_hash(const struct vms_sync_scope *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	h = mix(mix(h, s->base), s->filter);
	for (size_t i = 0; s->attrs[i] != NULL; i++)
		h = mix(h, s->attrs[i]);
	return h == 0 ? 1 : h;
}

bool
vms_sync_scope_has(const struct vms_sync_scope *s, struct vms_str attr)
{
	for (size_t i = 0; s->attrs[i] != NULL; i++)
		if (vms_str_caseeq(vms_str_of(s->attrs[i]), attr))
			return true;
	return false;
}

bool
vms_sync_is_container(const struct vms_entry *e)
{
	for (size_t i = 0; i < N(containers); i++)
		if (vms_entry_is(e, vms_str_of(containers[i])))
			return true;
	return false;
}
