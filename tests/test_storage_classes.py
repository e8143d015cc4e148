"""Storage classes: in reads and listings, and requests that archived objects refuse."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.archives import BUCKET, Archives
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Callable

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")


def test_reads_return_every_storage_class_but_standard(archives: Archives) -> None:
    for storage_class in ("REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"):
        archives.put("object", storage_class)
        assert archives.head("object")["StorageClass"] == storage_class
        assert archives.get("object") == b"bytes"
    archives.put("object", "STANDARD")
    assert "StorageClass" not in archives.head("object")


@pytest.mark.parametrize("storage_class", ["OUTPOSTS", "SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS", "standard", ""])
def test_a_bucket_refuses_storage_classes_of_other_bucket_types(archives: Archives, storage_class: Any) -> None:
    with refused("InvalidStorageClass", 400, StorageClassRequested=storage_class or None):
        archives.put("object", storage_class)
    with refused("InvalidStorageClass", 400, StorageClassRequested=storage_class or None):
        archives.s3.create_multipart_upload(Bucket=BUCKET, Key="object", StorageClass=storage_class)


@pytest.mark.parametrize("storage_class", ARCHIVES)
def test_an_archived_object_is_described_but_neither_read_nor_copied(archives: Archives, storage_class: str) -> None:
    archives.put("object", storage_class)
    head = archives.head("object")
    assert head["StorageClass"] == storage_class
    assert head["ContentLength"] == 5
    assert "Restore" not in head
    assert "ArchiveStatus" not in head
    message = "The operation is not valid for the object's storage class"
    with refused("InvalidObjectState", 403, Message=message, StorageClass=storage_class):
        archives.get("object")
    source = f"{BUCKET}/object"
    message = "Operation is not valid for the source object's storage class"
    with refused("InvalidObjectState", 403, Message=message, StorageClass=storage_class):
        archives.s3.copy_object(Bucket=BUCKET, Key="copy", CopySource=source)
    with refused("InvalidObjectState", 403, StorageClass=storage_class):
        archives.s3.copy_object(Bucket=BUCKET, Key="object", CopySource=source, StorageClass="STANDARD")
    upload = archives.s3.create_multipart_upload(Bucket=BUCKET, Key="copy")["UploadId"]
    with refused("InvalidObjectState", 403, StorageClass=storage_class):
        archives.s3.upload_part_copy(Bucket=BUCKET, Key="copy", UploadId=upload, PartNumber=1, CopySource=source)


def listings(archives: Archives) -> list[Callable[..., Any]]:
    return [
        lambda **more: archives.s3.list_objects(Bucket=BUCKET, **more)["Contents"],
        lambda **more: archives.s3.list_objects_v2(Bucket=BUCKET, **more)["Contents"],
        lambda **more: archives.s3.list_object_versions(Bucket=BUCKET, **more)["Versions"],
    ]


@pytest.mark.parametrize("which", range(3), ids=["ListObjects", "ListObjectsV2", "ListObjectVersions"])
def test_a_listing_has_restore_statuses_on_request(slow_archives: Archives, which: int) -> None:
    listed = listings(slow_archives)[which]
    for key in ("archived", "restored", "restoring"):
        slow_archives.put(key)
    slow_archives.put("standard", "STANDARD")
    slow_archives.restore("restored", tier="Expedited")
    slow_archives.restore("restoring")
    slow_archives.clock.advance(minutes=6)
    assert all("RestoreStatus" not in entry for entry in listed())
    statuses = {
        entry["Key"]: entry.get("RestoreStatus") for entry in listed(OptionalObjectAttributes=["RestoreStatus"])
    }
    assert statuses == {
        "archived": None,
        "restored": {
            "IsRestoreInProgress": False,
            "RestoreExpiryDate": datetime(2012, 10, 19, tzinfo=timezone.utc),
        },
        "restoring": {"IsRestoreInProgress": True},
        "standard": None,
    }
    slow_archives.clock.advance(days=4)
    expired = {entry["Key"]: entry.get("RestoreStatus") for entry in listed(OptionalObjectAttributes=["RestoreStatus"])}
    assert expired["restored"] is None


@pytest.mark.parametrize("which", range(3), ids=["ListObjects", "ListObjectsV2", "ListObjectVersions"])
def test_a_listing_has_no_other_optional_attribute(archives: Archives, which: int) -> None:
    archives.put("object")
    with refused(
        "InvalidArgument",
        400,
        Message="Invalid attribute name specified",
        ArgumentName="x-amz-optional-object-attributes",
        ArgumentValue="Tags",
    ):
        listings(archives)[which](OptionalObjectAttributes=["RestoreStatus", "Tags"])


def test_a_delete_marker_has_no_restore_status(archives: Archives) -> None:
    archives.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    archives.put("object")
    archives.restore("object")
    archives.s3.delete_object(Bucket=BUCKET, Key="object")
    reply = archives.s3.list_object_versions(Bucket=BUCKET, OptionalObjectAttributes=["RestoreStatus"])
    assert "RestoreStatus" not in reply["DeleteMarkers"][0]
    assert reply["Versions"][0]["RestoreStatus"]["IsRestoreInProgress"] is False
