"""ExpectedBucketOwner, which every operation with the parameter checks before it does anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.responses import OPERATIONS
from tests.support.minimal_parameters import parameters_of, smallest
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

BUCKET, KEY = "a-bucket", "a-key"
OWNER, OTHER = "123456789012", "210987654321"
NAMES = {"Bucket": BUCKET, "Key": KEY, "CopySource": f"{BUCKET}/{KEY}"}
DOCUMENTS = {"PutObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}  # an empty document counts as missing
MALFORMED = "The value of the expected bucket owner parameter must be an AWS Account ID... [{}]"

_model = botocore.session.get_session().get_service_model("s3")
HAVE_THE_PARAMETER = sorted(
    name
    for name in OPERATIONS
    if name in _model.operation_names and "ExpectedBucketOwner" in _model.operation_model(name).input_shape.members  # type: ignore[union-attr]
)


@pytest.fixture(scope="module")
def client() -> S3Client:
    """A client that sends all parameters without validation."""
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1", config=Config(parameter_validation=False))
    return s3


@pytest.fixture
def filled(client: S3Client) -> Iterator[S3Client]:
    """A client of a bucket with an object."""
    s3 = client
    with mock_s3():
        s3.create_bucket(Bucket=BUCKET)
        s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"the body")
        yield s3


def outcome(s3: S3Client, operation: str) -> str | None:
    """The code of the error that the expected owner causes, or None."""
    try:
        call(s3, operation, OWNER)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def call(s3: Any, operation: str, owner: str) -> Any:
    parameters = parameters_of(operation)
    shape: Any = _model.operation_model(operation).input_shape
    document = shape.serialization.get("payload")
    if document not in {None, "Body"}:
        # Optional for some operations in botocore, but without it there is nothing to put.
        parameters.setdefault(document, DOCUMENTS.get(operation) or smallest(shape.members[document]))
    parameters |= {name: value for name, value in NAMES.items() if name in parameters}
    return s3._make_api_call(operation, {**parameters, "ExpectedBucketOwner": owner})


@pytest.mark.parametrize("operation", HAVE_THE_PARAMETER)
def test_an_unexpected_owner_is_refused(filled: S3Client, operation: str) -> None:
    head = operation.startswith("Head")
    with refused("403" if head else "AccessDenied", 403):
        call(filled, operation, OTHER)
    with refused("400" if head else "InvalidBucketOwnerAWSAccountID", 400) as refusal:
        call(filled, operation, "me")
    assert head or refusal.error["Message"] == MALFORMED.format("me")
    assert filled.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == b"the body"
    assert filled.list_objects_v2(Bucket=BUCKET)["KeyCount"] == 1


@pytest.mark.parametrize("operation", HAVE_THE_PARAMETER)
def test_the_owner_has_access(filled: S3Client, operation: str) -> None:
    """Other errors of such a minimal request do not matter."""
    assert outcome(filled, operation) not in {"403", "AccessDenied", "InvalidBucketOwnerAWSAccountID"}


@pytest.mark.parametrize("operation", ["CopyObject", "UploadPartCopy"])
def test_the_owner_of_a_copy_source_is_also_checked(filled: S3Client, operation: str) -> None:
    upload: Any = filled.create_multipart_upload(Bucket=BUCKET, Key="a-copy")["UploadId"]
    how: dict[str, Any] = {"Bucket": BUCKET, "Key": "a-copy", "CopySource": f"{BUCKET}/{KEY}"}
    if operation == "UploadPartCopy":
        how |= {"UploadId": upload, "PartNumber": 1}
    s3: Any = filled
    with refused("AccessDenied", 403):
        s3._make_api_call(operation, {**how, "ExpectedSourceBucketOwner": OTHER})
    with refused("InvalidBucketOwnerAWSAccountID", 400):
        s3._make_api_call(operation, {**how, "ExpectedSourceBucketOwner": "me"})
    s3._make_api_call(operation, {**how, "ExpectedSourceBucketOwner": OWNER})


def test_an_account_id_is_checked_before_the_bucket(filled: S3Client) -> None:
    with refused("InvalidBucketOwnerAWSAccountID", 400):
        filled.list_objects_v2(Bucket="nowhere", ExpectedBucketOwner="12345678901")
    with refused("NoSuchBucket", 404):
        filled.list_objects_v2(Bucket="nowhere", ExpectedBucketOwner=OTHER)
