"""Access points: other names of buckets, with a policy or a function between."""
