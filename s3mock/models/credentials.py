"""Access keys and their secrets: those that a test registers, and the mock's own, for clients without credentials."""

from __future__ import annotations

import os
from dataclasses import field
from datetime import datetime
from typing import Any

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error


@dataclass(frozen=True, slots=True)
class Identity:
    """An access key, its secret, and the account or principal that they belong to.

    ``account_id`` is None where the settings map keys to accounts; ``principal`` is the ARN of the user or role, None
    for the account itself. Temporary credentials have a ``token``, which every request must carry, and an
    ``expiration``. S3 does not accept a key that is not active.
    """

    access_key: str
    secret: str = field(repr=False)
    account_id: str | None = None
    token: str | None = field(default=None, repr=False)
    principal: str | None = None
    expiration: datetime | None = None
    is_active: bool = True

    def check_token(self, token: str | None, now: datetime) -> None:
        """Refuse a request with another token than this, or after the expiration.

        Differs: a token is ignored where the key is not temporary.

        Raises InvalidAccessKeyId without the token (https://github.com/databendlabs/databend/issues/8069), InvalidToken
        (https://github.com/ex-aws/ex_aws/issues/228), ExpiredToken.
        """
        if self.token is None:
            return
        if token is None:
            raise S3Error("InvalidAccessKeyId", AWSAccessKeyId=self.access_key)
        fields: dict[str, Any] = {"Token-0": token}
        if token != self.token:
            raise S3Error("InvalidToken", **fields)
        if self.expiration is not None and now >= self.expiration:
            raise S3Error("ExpiredToken", **fields)


ACCESS_KEY = "S3MOCKACCESSKEY"
SECRET_KEY = "s3mock-secret-key"  # noqa: S105 - it opens nothing
SESSION_TOKEN = "s3mock-session-token"  # noqa: S105


def secret_of(access_key: str) -> str | None:
    """The secret of an access key; None where it is unknown, and no signature can be verified.

    The mock knows its own, and the one in the environment of the process.
    """
    if access_key == ACCESS_KEY:
        return SECRET_KEY
    if access_key == os.environ.get("AWS_ACCESS_KEY_ID"):
        return os.environ.get("AWS_SECRET_ACCESS_KEY")
    return None
