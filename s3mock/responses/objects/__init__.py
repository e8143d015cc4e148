"""Objects as wholes: put, read, copied, deleted, and uploaded in parts."""
