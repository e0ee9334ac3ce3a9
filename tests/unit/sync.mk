# Unit tests of the feed: sync codec and machine, store.
