/* SPDX-License-Identifier: MIT */
/* Every written decision comes out, through the code that --batch runs. */
#include "cm.h"

#include "vmsctl/batch.h"
#include "vmsctl/estate.h"

static void
run(char *ldif, const char *batch)
{
	struct vms_err err = { 0 };
	struct estate e;

	if (estate_load(&ldif, 1, &e, &err) != 0)
		fail_msg("%s", err.msg);
	assert_int_equal(batch_run(e.model, batch, 0), 0);
	estate_fini(&e);
}

static void
test_fixture(void **state)
{
	char ldif[] = VMS_TEST_DATA "/fixture.ldif";

	(void)state;
	run(ldif, VMS_TEST_DATA "/decisions.tsv");
	run(ldif, VMS_TEST_DATA "/../oracle/decisions-more.tsv");
}

static void
test_partial(void **state)
{
	char ldif[] = VMS_TEST_DATA "/fixture-partial.ldif";

	(void)state;
	run(ldif, VMS_TEST_DATA "/decisions-partial.tsv");
	run(ldif, VMS_TEST_DATA "/../oracle/decisions-more-partial.tsv");
}

static void
test_odd(void **state)
{
	char ldif[] = VMS_TEST_DATA "/fixture-odd.ldif";

	(void)state;
	run(ldif, VMS_TEST_DATA "/decisions-odd.tsv");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixture),
		cmocka_unit_test(test_partial),
		cmocka_unit_test(test_odd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
