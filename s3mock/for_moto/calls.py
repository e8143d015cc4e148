"""Calls of our S3 on behalf of moto's services, which act as the root user of their account."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from s3mock import from_moto
from s3mock.process import beside_moto

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.backend.cloud import Cloud

_REGIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


class Calls:
    """Clients of our S3, one for each account and region. They are answered in the process, like any other."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._clients: dict[tuple[str, str], Any] = {}

    @property
    def active(self) -> bool:
        """Whether moto's mock is active."""
        return beside_moto.is_active()

    def client(self, account_id: str, region: str) -> Any:
        """The client that acts as an account in a region."""
        known = self._clients.get((account_id, region))
        if known is None:
            access_key, secret = from_moto.key_of_services(account_id)
            # In a session of our own: the default session belongs to the user.
            session = boto3.session.Session(access_key, secret, region_name=region)
            known = self._clients[account_id, region] = session.client("s3")
        return known

    def client_for(self, account_id: str, partition: str, bucket_name: str) -> Any:
        """The client that acts as an account in the region of a bucket; any region if there is no such bucket."""
        bucket = self.cloud.bucket(partition, bucket_name)
        return self.client(account_id, _REGIONS.get(partition, "us-east-1") if bucket is None else bucket.region)


@contextmanager
def errors_of_moto(bucket: str, key: str = "") -> Iterator[None]:
    """Raise moto's errors for a missing bucket or key, which its services catch; other errors pass unchanged."""
    try:
        yield
    except ClientError as error:
        from moto.s3.exceptions import MissingBucket, MissingKey  # noqa: PLC0415 - moto is loaded, since it has called

        code = error.response["Error"]["Code"]
        if code == "NoSuchBucket":
            raise MissingBucket(bucket=bucket) from error
        if code == "NoSuchKey":
            raise MissingKey(key=key) from error
        raise


def refusal(what: str) -> NotImplementedError:
    """The error for what cannot be carried over between moto and our S3."""
    return NotImplementedError(f"mock_s3 is active beside moto, and {what} cannot be carried over between them.")
