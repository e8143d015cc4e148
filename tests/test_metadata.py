"""S3 Metadata: the configurations of both generations, and their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from s3mock import mock_s3
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

OWNER = "111122223333"
TABLE_BUCKET = f"arn:aws:s3tables:us-east-1:{OWNER}:bucket/tables"
MANAGED = f"arn:aws:s3tables:us-east-1:{OWNER}:bucket/aws-s3"
ROLE = f"arn:aws:iam::{OWNER}:role/annotations"
KEY = f"arn:aws:kms:us-east-1:{OWNER}:key/12345678-1234-1234-1234-123456789012"
KMS = {"SseAlgorithm": "aws:kms", "KmsKeyArn": KEY}
FOREVER = {"RecordExpiration": {"Expiration": "DISABLED"}}
ENABLED, DISABLED = {"ConfigurationState": "ENABLED"}, {"ConfigurationState": "DISABLED"}


@pytest.fixture
def owned() -> Iterator[S3Client]:
    """A client of account 111122223333, whose bucket "a.bucket" has no metadata yet."""
    with mock_s3(account_id=OWNER) as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a.bucket")
        yield s3


def create(s3: S3Client, **tables: Any) -> None:
    configuration: Any = {"JournalTableConfiguration": FOREVER, **tables}
    s3.create_bucket_metadata_configuration(Bucket="a.bucket", MetadataConfiguration=configuration)


def create_v1(s3: S3Client, name: str = "my_table", arn: str = TABLE_BUCKET) -> None:
    s3.create_bucket_metadata_table_configuration(
        Bucket="a.bucket",
        MetadataTableConfiguration={"S3TablesDestination": {"TableBucketArn": arn, "TableName": name}},
    )


def read(s3: S3Client) -> Any:
    reply: Any = s3.get_bucket_metadata_configuration(Bucket="a.bucket")
    return reply["GetBucketMetadataConfigurationResult"]["MetadataConfigurationResult"]


def read_v1(s3: S3Client) -> Any:
    reply: Any = s3.get_bucket_metadata_table_configuration(Bucket="a.bucket")
    return reply["GetBucketMetadataTableConfigurationResult"]


def update(s3: Any, name: str, configuration: dict[str, Any]) -> None:
    if name == "Inventory":
        s3.update_bucket_metadata_inventory_table_configuration(
            Bucket="a.bucket", InventoryTableConfiguration=configuration
        )
    elif name == "Journal":
        s3.update_bucket_metadata_journal_table_configuration(
            Bucket="a.bucket", JournalTableConfiguration=configuration
        )
    else:
        s3.update_bucket_metadata_annotation_table_configuration(
            Bucket="a.bucket", AnnotationTableConfiguration=configuration
        )


def test_a_journal_is_enough(owned: S3Client) -> None:
    create(owned)
    metadata = read(owned)
    arn = metadata["JournalTableConfigurationResult"].pop("TableArn")
    assert arn.startswith(f"{MANAGED}/table/")
    assert metadata == {
        "DestinationResult": {"TableBucketType": "aws", "TableBucketArn": MANAGED, "TableNamespace": "b_a_bucket"},
        "JournalTableConfigurationResult": {
            "TableStatus": "ACTIVE",
            "TableName": "journal",
            "RecordExpiration": {"Expiration": "DISABLED"},
        },
        "InventoryTableConfigurationResult": {"ConfigurationState": "DISABLED"},
    }


def test_the_other_tables_can_be_enabled_from_the_beginning(owned: S3Client) -> None:
    create(
        owned,
        JournalTableConfiguration={
            "RecordExpiration": {"Expiration": "ENABLED", "Days": 7},
            "EncryptionConfiguration": KMS,
        },
        InventoryTableConfiguration={**ENABLED, "EncryptionConfiguration": {"SseAlgorithm": "AES256"}},
        AnnotationTableConfiguration={**ENABLED, "Role": ROLE},
    )
    metadata = read(owned)
    assert metadata["JournalTableConfigurationResult"]["RecordExpiration"] == {"Expiration": "ENABLED", "Days": 7}
    inventory, annotations = (metadata[f"{name}TableConfigurationResult"] for name in ("Inventory", "Annotation"))
    arns = {
        metadata["JournalTableConfigurationResult"]["TableArn"],
        inventory.pop("TableArn"),
        annotations.pop("TableArn"),
    }
    assert len(arns) == 3
    assert inventory == {"ConfigurationState": "ENABLED", "TableStatus": "ACTIVE", "TableName": "inventory"}
    assert annotations == {**ENABLED, "TableStatus": "ACTIVE", "TableName": "annotation", "Role": ROLE}


def test_tables_are_enabled_and_disabled_later(owned: S3Client) -> None:
    create(owned)
    update(owned, "Inventory", ENABLED)
    first = read(owned)["InventoryTableConfigurationResult"]
    update(owned, "Inventory", ENABLED)
    assert read(owned)["InventoryTableConfigurationResult"] == first
    update(owned, "Inventory", DISABLED)
    assert read(owned)["InventoryTableConfigurationResult"] == DISABLED
    update(owned, "Annotation", {**ENABLED, "Role": ROLE})
    arn = read(owned)["AnnotationTableConfigurationResult"]["TableArn"]
    update(owned, "Annotation", {**ENABLED, "Role": f"{ROLE}2"})
    annotations = read(owned)["AnnotationTableConfigurationResult"]
    assert (annotations["Role"], annotations["TableArn"]) == (f"{ROLE}2", arn)
    update(owned, "Annotation", DISABLED)
    assert read(owned)["AnnotationTableConfigurationResult"] == DISABLED


def test_the_expiration_of_the_journal_is_changed_later(owned: S3Client) -> None:
    create(owned)
    arn = read(owned)["JournalTableConfigurationResult"]["TableArn"]
    update(owned, "Journal", {"RecordExpiration": {"Expiration": "ENABLED", "Days": 365}})
    journal = read(owned)["JournalTableConfigurationResult"]
    assert journal["RecordExpiration"] == {"Expiration": "ENABLED", "Days": 365}
    assert journal["TableArn"] == arn
    update(owned, "Journal", FOREVER)
    assert read(owned)["JournalTableConfigurationResult"]["RecordExpiration"] == {"Expiration": "DISABLED"}


def test_a_configuration_is_deleted_and_created_again(owned: S3Client) -> None:
    create(owned)
    reply = owned.delete_bucket_metadata_configuration(Bucket="a.bucket")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
    for call in (
        owned.get_bucket_metadata_configuration,
        owned.get_bucket_metadata_table_configuration,
        owned.delete_bucket_metadata_configuration,
        owned.delete_bucket_metadata_table_configuration,
    ):
        with refused("MetadataConfigurationNotFound", 404):
            call(Bucket="a.bucket")
    create(owned)
    assert read(owned)


@pytest.mark.parametrize("name", ["Inventory", "Annotation", "Journal"])
def test_a_missing_configuration_cannot_be_updated(owned: S3Client, name: str) -> None:
    with refused("MetadataConfigurationNotFound", 404):
        update(owned, name, FOREVER if name == "Journal" else ENABLED)


def test_a_bucket_has_one_configuration_of_either_version(owned: S3Client) -> None:
    create(owned)
    before = read(owned)
    for again in (create, create_v1):
        with refused("InvalidBucketState", 409):
            again(owned)
    assert read(owned) == before
    owned.delete_bucket_metadata_configuration(Bucket="a.bucket")
    create_v1(owned)
    with refused("InvalidBucketState", 409):
        create(owned)


def test_version_1_has_a_table_in_a_bucket_of_the_customers(owned: S3Client) -> None:
    create_v1(owned)
    metadata = read_v1(owned)
    destination = metadata["MetadataTableConfigurationResult"]["S3TablesDestinationResult"]
    arn = destination.pop("TableArn")
    assert arn.startswith(f"{TABLE_BUCKET}/table/")
    assert (metadata["Status"], destination) == (
        "ACTIVE",
        {"TableBucketArn": TABLE_BUCKET, "TableName": "my_table", "TableNamespace": "aws_s3_metadata"},
    )
    second = read(owned)
    assert second["DestinationResult"] == {
        "TableBucketType": "customer",
        "TableBucketArn": TABLE_BUCKET,
        "TableNamespace": "aws_s3_metadata",
    }
    assert second["JournalTableConfigurationResult"]["TableArn"] == arn
    owned.delete_bucket_metadata_table_configuration(Bucket="a.bucket")
    with refused("MetadataConfigurationNotFound", 404):
        read_v1(owned)


def test_version_2_deletes_a_configuration_of_version_1(owned: S3Client) -> None:
    create_v1(owned)
    owned.delete_bucket_metadata_configuration(Bucket="a.bucket")
    with refused("MetadataConfigurationNotFound", 404):
        read_v1(owned)


def test_version_1_does_not_work_on_a_configuration_of_version_2(owned: S3Client) -> None:
    """API pages: "you will receive an HTTP 405 Method Not Allowed error"."""
    create(owned)
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="BUCKET"):
        owned.get_bucket_metadata_table_configuration(Bucket="a.bucket")
    with refused("MethodNotAllowed", 405, Method="DELETE", ResourceType="BUCKET"):
        owned.delete_bucket_metadata_table_configuration(Bucket="a.bucket")
    assert read(owned)


def test_a_table_of_version_1_cannot_be_updated(owned: S3Client) -> None:
    create_v1(owned)
    with refused("MethodNotAllowed", 405):
        update(owned, "Inventory", ENABLED)
    assert "InventoryTableConfigurationResult" not in read(owned)


@pytest.mark.parametrize(
    "expiration",
    [
        {"Expiration": "ENABLED"},
        {"Expiration": "ENABLED", "Days": 6},
        {"Expiration": "DISABLED", "Days": 7},
    ],
)
def test_records_are_kept_for_at_least_a_week(owned: S3Client, expiration: dict[str, Any]) -> None:
    with refused("InvalidRequest", 400):
        create(owned, JournalTableConfiguration={"RecordExpiration": expiration})
    create(owned)
    with refused("InvalidRequest", 400):
        update(owned, "Journal", {"RecordExpiration": expiration})
    assert read(owned)["JournalTableConfigurationResult"]["RecordExpiration"] == {"Expiration": "DISABLED"}


@pytest.mark.parametrize(
    "encryption",
    [
        {"SseAlgorithm": "aws:kms"},
        {"SseAlgorithm": "AES256", "KmsKeyArn": KEY},
        {"SseAlgorithm": "aws:kms", "KmsKeyArn": "alias/mine"},
        {"SseAlgorithm": "aws:kms", "KmsKeyArn": KEY.replace("us-east-1", "eu-west-1")},
    ],
)
def test_a_table_is_encrypted_by_s3_or_with_a_key_of_the_region(owned: S3Client, encryption: dict[str, Any]) -> None:
    with refused("InvalidRequest", 400):
        create(owned, JournalTableConfiguration={**FOREVER, "EncryptionConfiguration": encryption})
    with refused("InvalidRequest", 400):
        create(owned, InventoryTableConfiguration={**ENABLED, "EncryptionConfiguration": encryption})
    with refused("MetadataConfigurationNotFound", 404):
        read(owned)


def test_the_encryption_of_a_table_cannot_be_changed(owned: S3Client) -> None:
    create(owned)
    update(owned, "Inventory", {**ENABLED, "EncryptionConfiguration": KMS})
    with refused("InvalidRequest", 400):
        update(owned, "Inventory", {**ENABLED, "EncryptionConfiguration": {"SseAlgorithm": "AES256"}})


def test_an_annotation_table_is_enabled_once_and_disabled_without_an_encryption(owned: S3Client) -> None:
    create(owned)
    update(owned, "Annotation", ENABLED)
    with refused("InvalidRequest", 400):
        update(owned, "Annotation", ENABLED)
    with refused("InvalidRequest", 400):
        update(owned, "Annotation", {**DISABLED, "EncryptionConfiguration": KMS})
    update(owned, "Annotation", DISABLED)


def test_a_role_is_an_arn(owned: S3Client) -> None:
    with refused("InvalidRequest", 400):
        create(owned, AnnotationTableConfiguration={**ENABLED, "Role": "annotations"})
    create(owned)
    with refused("InvalidRequest", 400):
        update(owned, "Annotation", {**ENABLED, "Role": "annotations"})
    assert "AnnotationTableConfigurationResult" not in read(owned)


@pytest.mark.parametrize(
    ("name", "arn"),
    [
        ("My-Table", TABLE_BUCKET),
        ("my_table", "arn:aws:s3:::tables"),
        ("my_table", TABLE_BUCKET.replace("us-east-1", "eu-west-1")),
        ("my_table", TABLE_BUCKET.replace(OWNER, "444455556666")),
    ],
)
def test_the_table_bucket_and_the_table_name_are_checked(owned: S3Client, name: str, arn: str) -> None:
    with refused("InvalidRequest", 400):
        create_v1(owned, name, arn)
    with refused("MetadataConfigurationNotFound", 404):
        read_v1(owned)


@pytest.mark.parametrize("wrong", [{"RecordExpiration": {"Expiration": "MAYBE"}}, {}])
def test_a_journal_must_state_whether_its_records_expire(wrong: dict[str, Any]) -> None:
    with mock_s3():
        s3: Any = boto3.client("s3", region_name="us-east-1", config=Config(parameter_validation=False))
        s3.create_bucket(Bucket="a.bucket")
        with refused("MalformedXML", 400):
            create(s3, JournalTableConfiguration=wrong)
