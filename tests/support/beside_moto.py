"""Our mock and moto's at once, in either order."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from moto import mock_aws

from s3mock import mock_s3
from s3mock.control import S3

ORDERS = ("moto first", "moto second")


@contextmanager
def beside_moto(order: str, **settings: Any) -> Iterator[S3]:
    """The control object of an S3 with a bucket "photos", beside moto."""
    with ExitStack() as stack:
        if order == "moto first":
            stack.enter_context(mock_aws())
        s3 = stack.enter_context(mock_s3(**settings))
        if order == "moto second":
            stack.enter_context(mock_aws())
        s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
        yield s3
