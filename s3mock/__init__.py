"""Amazon S3 inside your test process: see ``mock_s3``."""

from s3mock.mock import mock_s3

__all__ = ["__version__", "mock_s3"]

__version__ = "0.1.0"
