"""The keys of KMS that requests use, where another mock in this process has them; anywhere else every key exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.errors import S3Error
from s3mock.models.encryption import AWS_MANAGED_KEY

if TYPE_CHECKING:
    from s3mock.backend.elsewhere import Elsewhere, Key
    from s3mock.models.encryption import KeyArn, Keyring


def look_up(elsewhere: Elsewhere, keyring: Keyring) -> KeyArn:
    """The look-up of keys for the writes of a request.

    Differs: without another mock every key with a well-formed id exists and is enabled, and with one the keys of the
    reports and replicas that S3 writes by itself still do. Key policies are not evaluated.

    The look-up raises KMS.NotFoundException (https://github.com/minio/minio/issues/6582, the message as S3 sent it; an
    alias in KMS's own words) and what ``check`` raises.
    """
    if not elsewhere.is_active():
        return keyring.arn

    def find(key_id: str | None) -> str:
        named = keyring.named(key_id)
        key = elsewhere.key(named)
        if key is None:
            if named.endswith(f":{AWS_MANAGED_KEY}"):  # S3 makes it at its first use
                return keyring.arn(key_id)
            missing = f"Alias {named} is not found." if ":alias/" in named else f"Key '{named}' does not exist"
            raise S3Error("KMS.NotFoundException", missing)
        _check(key)
        return key.arn

    return find


def check(elsewhere: Elsewhere, key_arn: str) -> None:
    """Refuse to decrypt with a key that is not enabled; one that the other mock does not know is accepted.

    It was used before that mock began. Raises KMS.DisabledException, KMS.KMSInvalidStateException
    (aws_recorded: test_s3_sse_validate_kms_key_state).
    """
    key = elsewhere.key(key_arn)
    if key is not None:
        _check(key)


def _check(key: Key) -> None:
    if key.state == "Disabled":
        raise S3Error("KMS.DisabledException", f"{key.arn} is disabled.")
    if key.state == "PendingDeletion":
        raise S3Error("KMS.KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if key.state != "Enabled":
        raise S3Error("KMS.KMSInvalidStateException")
