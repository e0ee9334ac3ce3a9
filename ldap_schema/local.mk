# SPDX-License-Identifier: MIT
#
# Schema, presets and sample server configuration.  Sources are installed as
# they stand; what is made from a table or from vms.schema is made here and
# never committed.

vms_schemadir = $(vmsdatadir)/ldap_schema

vms_schema_sources = \
	ldap_schema/vms.schema \
	ldap_schema/rfc2307bis.schema \
	ldap_schema/openssh-lpk.schema \
	ldap_schema/actions.tsv \
	ldap_schema/roles.tsv \
	ldap_schema/overlays.conf \
	ldap_schema/indexes.conf \
	ldap_schema/base.ldif \
	ldap_schema/sample-estate.ldif \
	ldap_schema/389-aci.ldif

vms_schema_generators = \
	ldap_schema/generate \
	ldap_schema/schema2ldif.awk \
	ldap_schema/tables.awk \
	ldap_schema/preset.awk \
	ldap_schema/acls.awk \
	ldap_schema/acls.conf.in

vms_schema_generated = \
	ldap_schema/vms.ldif \
	ldap_schema/rfc2307bis.ldif \
	ldap_schema/openssh-lpk.ldif \
	ldap_schema/98vms.ldif \
	ldap_schema/preset-nx.ldif \
	ldap_schema/preset-avertx.ldif \
	ldap_schema/preset-web.ldif \
	ldap_schema/acls.conf

dist_vms_schema_DATA = $(vms_schema_sources)
dist_vms_schema_SCRIPTS = ldap_schema/vms-preset
nodist_vms_schema_DATA = $(vms_schema_generated) ldap_schema/slapd.conf
CLEANFILES += $(vms_schema_generated) ldap_schema/slapd.conf
EXTRA_DIST += $(vms_schema_generators) ldap_schema/slapd.conf.in \
	ldap_schema/README.md
dist_man_MANS += man/vms_schema.5

# A real slapd, started from these files.
TESTS += tests/schema/run
EXTRA_DIST += tests/data tests/oracle \
	tests/lib/slapd.py \
	tests/lib/slapd_conf.py \
	tests/lib/tls.py \
	tests/schema/conftest.py \
	tests/schema/probes.py \
	tests/schema/run \
	tests/schema/test_acls.py \
	tests/schema/test_feed.py \
	tests/schema/test_load.py \
	tests/schema/test_overlays.py \
	tests/schema/test_presets.py \
	tests/schema/test_readers.py

$(vms_schema_generated): $(vms_schema_sources) $(vms_schema_generators)
	$(AM_V_GEN)$(MKDIR_P) ldap_schema && \
	AWK='$(AWK)' sh $(srcdir)/ldap_schema/generate $(@F) > $@.tmp && \
	mv $@.tmp $@

ldap_schema/slapd.conf: ldap_schema/slapd.conf.in Makefile
	$(AM_V_GEN)$(MKDIR_P) ldap_schema && \
	sed 's|@schemadir@|$(vms_schemadir)|g' \
	    $(srcdir)/ldap_schema/slapd.conf.in > $@.tmp && mv $@.tmp $@

# A folder in EXTRA_DIST is copied with what Python left in it.
dist-hook:
	find $(distdir)/tests -name __pycache__ -prune -exec rm -rf {} +
