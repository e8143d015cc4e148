"""The mock's own credentials: what clients without any sign with, and which secrets are known."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from s3mock.errors import S3Error


@dataclass(frozen=True, slots=True)
class Identity:
    """An access key, its secret, and whose they are.

    ``account_id`` is None where the settings say whose keys are whose; ``principal`` is the ARN of the user or role,
    None for the account itself. Temporary credentials have a ``token`` that comes with every request, and an
    ``expiration``.
    """

    access_key: str
    secret: str = field(repr=False)
    account_id: str | None = None
    token: str | None = field(default=None, repr=False)
    principal: str | None = None
    expiration: datetime | None = None

    def check_token(self, token: str | None, now: datetime) -> None:
        """Refuse a request that came with another token than this, or after the expiration.

        Differs: a token is not looked at where the key is not temporary.

        Raises InvalidAccessKeyId without the token (assumed: the key means nothing without it), InvalidToken
        (https://github.com/ex-aws/ex_aws/issues/228), ExpiredToken.
        """
        if self.token is None:
            return
        if token is None:
            raise S3Error("InvalidAccessKeyId", AWSAccessKeyId=self.access_key)
        told: dict[str, Any] = {"Token-0": token}
        if token != self.token:
            raise S3Error("InvalidToken", **told)
        if self.expiration is not None and now >= self.expiration:
            raise S3Error("ExpiredToken", **told)


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
