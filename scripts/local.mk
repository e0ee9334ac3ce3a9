# The commands of the README and what they stand on, for the tarball.
EXTRA_DIST += .ci/run scripts/check scripts/copy-tree scripts/demo \
	scripts/install-deps doc/ARCHITECTURE.md doc/DIRECTORIES.md \
	doc/THREATS.md \
	tests/lib/demo.py tests/lib/ds389.py tests/lib/feed.py \
	tests/lib/role.py tests/lib/samba.py tests/lib/session.py \
	tests/lib/world.py \
	tests/static tests/system
