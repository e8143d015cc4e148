"""Reports and logs: objects that S3 puts into the bucket that a configuration names."""
