"""The mock's own credentials: what clients without any sign with, and which secrets are known."""

from __future__ import annotations

import os

ACCESS_KEY = "S3MOCKACCESSKEY"
SECRET_KEY = "s3mock-secret-key"  # noqa: S105 - it opens nothing
SESSION_TOKEN = "s3mock-session-token"  # noqa: S105


def secret_of(access_key: str) -> str | None:
    """Return the secret that belongs to an access key; None where it is not known, and nothing can be verified.

    Known are the mock's own and that of the process's environment.
    """
    if access_key == ACCESS_KEY:
        return SECRET_KEY
    if access_key == os.environ.get("AWS_ACCESS_KEY_ID"):
        return os.environ.get("AWS_SECRET_ACCESS_KEY")
    return None
