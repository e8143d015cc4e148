"""ListParts and ListMultipartUploads."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from s3mock import mock_s3
from tests.support.responses import refused, without_metadata
from tests.support.uploads import begin, md5_of, send

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# As in the recordings.
pytestmark = pytest.mark.settings(bucket_defaults="current")

KEY = "test-list-part-pagination"


def comparable(reply: Any) -> dict[str, Any]:
    """A listing without its metadata, dates, owners and initiators, after checking them."""
    response = without_metadata(reply)
    for holder in [response] if "Initiator" in response else response.get("Uploads", []):
        assert holder.pop("Initiator").keys() == {"ID"}
        assert holder.pop("Owner").keys() == {"ID"}
    for entry in response.get("Parts", []):
        assert isinstance(entry.pop("LastModified"), datetime)
    for entry in response.get("Uploads", []):
        assert isinstance(entry.pop("Initiated"), datetime)
    return response


def test_parts_are_listed_page_by_page(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_parts_pagination.
    upload_id = begin(s3, bucket, KEY)

    def page(**parameters: Any) -> dict[str, Any]:
        return comparable(s3.list_parts(Bucket=bucket, Key=KEY, UploadId=upload_id, **parameters))

    same = {"Bucket": bucket, "Key": KEY, "StorageClass": "STANDARD", "UploadId": upload_id}
    assert page() == same | {
        "IsTruncated": False,
        "MaxParts": 1000,
        "NextPartNumberMarker": 0,
        "PartNumberMarker": 0,
    }
    send(s3, bucket, upload_id, b"test", b"test", key=KEY)
    first, second = ({"ETag": md5_of(b"test"), "PartNumber": number, "Size": 4} for number in (1, 2))
    assert page() == same | {
        "IsTruncated": False,
        "MaxParts": 1000,
        "NextPartNumberMarker": 2,
        "PartNumberMarker": 0,
        "Parts": [first, second],
    }
    assert page(MaxParts=1) == same | {
        "IsTruncated": True,
        "MaxParts": 1,
        "NextPartNumberMarker": 1,
        "PartNumberMarker": 0,
        "Parts": [first],
    }
    assert page(MaxParts=1, PartNumberMarker=1) == same | {
        "IsTruncated": False,
        "MaxParts": 1,
        "NextPartNumberMarker": 2,
        "PartNumberMarker": 1,
        "Parts": [second],
    }
    assert page(MaxParts=1, PartNumberMarker=10) == same | {
        "IsTruncated": False,
        "MaxParts": 1,
        "NextPartNumberMarker": 0,
        "PartNumberMarker": 10,
    }


@pytest.mark.parametrize("parameter", ["part-number-marker=", "max-parts="])
def test_an_empty_marker_or_number_of_parts_is_ignored(s3: S3Client, bucket: str, parameter: str) -> None:
    # aws_recorded: test_list_parts_empty_part_number_marker.
    upload_id = begin(s3, bucket)
    send(s3, bucket, upload_id, b"test")

    def add(request: Any, **_: Any) -> None:
        request.url += f"&{parameter}"

    s3.meta.events.register("before-sign.s3.ListParts", add)
    listed = comparable(s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id))
    assert (listed["MaxParts"], listed["PartNumberMarker"], listed["NextPartNumberMarker"]) == (1000, 0, 1)
    assert [part["PartNumber"] for part in listed["Parts"]] == [1]


def test_a_negative_marker_or_number_of_entries_is_refused(s3: S3Client, bucket: str) -> None:
    # versity/versitygw tests/integration: ListParts_invalid_part_number_marker, ..._invalid_max_parts,
    # ListMultipartUploads_invalid_max_uploads.
    upload_id = begin(s3, bucket)

    def expected(name: str) -> dict[str, str]:
        message = f"Argument {name} must be an integer between 0 and 2147483647"
        return {"Message": message, "ArgumentName": name, "ArgumentValue": "-14"}

    with refused("InvalidArgument", 400, **expected("part-number-marker")):
        s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id, PartNumberMarker=-14)
    with refused("InvalidArgument", 400, **expected("max-parts")):
        s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id, MaxParts=-14)
    with refused("InvalidArgument", 400, **expected("max-uploads")):
        s3.list_multipart_uploads(Bucket=bucket, MaxUploads=-14)


def test_the_paginator_finds_all_parts_of_an_upload(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    send(s3, bucket, upload_id, *[b"part"] * 7)
    pages = s3.get_paginator("list_parts").paginate(
        Bucket=bucket, Key="a-key", UploadId=upload_id, PaginationConfig={"PageSize": 3}
    )
    assert [[part["PartNumber"] for part in page["Parts"]] for page in pages] == [[1, 2, 3], [4, 5, 6], [7]]


def test_a_page_never_has_more_than_a_thousand_entries(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    assert s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id, MaxParts=2000)["MaxParts"] == 1000
    assert s3.list_multipart_uploads(Bucket=bucket, MaxUploads=2000)["MaxUploads"] == 1000


def test_a_page_without_entries_is_the_last(s3: S3Client, bucket: str) -> None:
    upload_id = begin(s3, bucket)
    send(s3, bucket, upload_id, b"test")
    parts = s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id, MaxParts=0)
    uploads = s3.list_multipart_uploads(Bucket=bucket, MaxUploads=0)
    assert ("Parts" in parts, parts["IsTruncated"]) == (False, False)
    assert ("Uploads" in uploads, uploads["IsTruncated"]) == (False, False)


def test_the_checksums_of_an_upload_and_its_parts_are_listed(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_parts_via_object_attrs_pagination; for the uploads
    # versity/versitygw tests/integration, ListMultipartUploads_with_checksums.
    upload_id = begin(s3, bucket, ChecksumAlgorithm="SHA256")
    send(s3, bucket, upload_id, b"test", ChecksumAlgorithm="SHA256")
    listed = comparable(s3.list_parts(Bucket=bucket, Key="a-key", UploadId=upload_id))
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == ("SHA256", "COMPOSITE")
    [part] = listed["Parts"]
    assert part["ChecksumSHA256"] == "n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg="
    [upload] = comparable(s3.list_multipart_uploads(Bucket=bucket))["Uploads"]
    assert (upload["ChecksumAlgorithm"], upload["ChecksumType"]) == ("SHA256", "COMPOSITE")


def test_uploads_are_listed_with_their_initiator_and_owner() -> None:
    # API page ListParts; ceph/s3-tests: test_list_multipart_upload_owner.
    with mock_s3() as mock:
        ours = mock.client(region_name="us-east-1")
        theirs = boto3.client("s3", "us-east-1", aws_access_key_id="210987654321", aws_secret_access_key="s")
        ours.create_bucket(Bucket="a-bucket", ACL="public-read-write")
        begin(ours, "a-bucket", "1")
        upload_id = begin(theirs, "a-bucket", "2")
        first, second = ours.list_multipart_uploads(Bucket="a-bucket")["Uploads"]
        parts = theirs.list_parts(Bucket="a-bucket", Key="2", UploadId=upload_id)
        owner = ours.list_buckets()["Owner"]
    assert first["Initiator"] == first["Owner"] == owner
    assert second["Initiator"] == second["Owner"] == parts["Initiator"] == parts["Owner"]
    assert second["Owner"].keys() == {"ID"}
    assert second["Owner"] != owner


def listed_upload(key: str, upload_id: str) -> dict[str, str]:
    return {"Key": key, "StorageClass": "STANDARD", "UploadId": upload_id}


def test_uploads_are_listed_page_by_page(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_multiparts_next_marker.
    def page(**parameters: Any) -> dict[str, Any]:
        return comparable(s3.list_multipart_uploads(Bucket=bucket, **parameters))

    def expected(*entries: tuple[str, str], truncated: bool, markers: tuple[str, str] = ("", "")) -> dict[str, Any]:
        response: dict[str, Any] = {"Bucket": bucket, "IsTruncated": truncated, "MaxUploads": 1}
        response["KeyMarker"], response["UploadIdMarker"] = markers
        response["NextKeyMarker"], response["NextUploadIdMarker"] = entries[-1] if entries else ("", "")
        return response | ({"Uploads": [listed_upload(*entry) for entry in entries]} if entries else {})

    assert page() == expected(truncated=False) | {"MaxUploads": 1000}
    last, second = ("c", begin(s3, bucket, "c")), ("b", begin(s3, bucket, "b"))
    a1, a2, a3 = (("a", begin(s3, bucket, "a")) for _ in range(3))
    assert page() == expected(a1, a2, a3, second, last, truncated=False) | {"MaxUploads": 1000}
    assert page(MaxUploads=1) == expected(a1, truncated=True)
    assert page(MaxUploads=1, KeyMarker="a") == expected(second, truncated=True, markers=("a", ""))
    assert page(MaxUploads=1, KeyMarker="c") == expected(truncated=False, markers=("c", ""))
    assert page(MaxUploads=1, UploadIdMarker=a1[1]) == expected(a1, truncated=True)
    assert page(MaxUploads=1, KeyMarker="a", UploadIdMarker=a1[1]) == expected(a2, truncated=True, markers=a1)
    assert page(MaxUploads=1, KeyMarker="a", UploadIdMarker=a3[1]) == expected(second, truncated=True, markers=a3)
    assert page(MaxUploads=1, KeyMarker="b", UploadIdMarker=second[1]) == expected(
        last, truncated=False, markers=second
    )
    assert page(MaxUploads=1, KeyMarker="") == expected(a1, truncated=True)
    with refused(
        "InvalidArgument",
        400,
        Message="Invalid uploadId marker",
        ArgumentName="upload-id-marker",
        ArgumentValue=second[1],
    ):
        page(MaxUploads=1, KeyMarker="a", UploadIdMarker=second[1])
    with refused("InvalidArgument", 400):
        page(KeyMarker="a", UploadIdMarker="no-upload")


def test_a_key_marker_can_be_any_text(s3: S3Client, bucket: str) -> None:
    # https://github.com/versity/versitygw/issues/1799
    for key in ("aaa", "ccc", "ddd"):
        begin(s3, bucket, key)
    listed = s3.list_multipart_uploads(Bucket=bucket, KeyMarker="bbb")["Uploads"]
    assert [upload["Key"] for upload in listed] == ["ccc", "ddd"]


def test_the_paginator_finds_all_uploads(s3: S3Client, bucket: str) -> None:
    begun = [(key, begin(s3, bucket, key)) for key in "aaabccde"]
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, PaginationConfig={"PageSize": 3})
    listed = [[(upload["Key"], upload["UploadId"]) for upload in page["Uploads"]] for page in pages]
    assert listed == [begun[:3], begun[3:6], begun[6:]]


def test_uploads_are_listed_by_prefix_and_delimiter(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_multiparts_with_prefix_and_delimiter.
    ids = [begin(s3, bucket, key) for key in ("test/foo/bar/123", "test/foo/bar/456", "test/bar/foo/123")]

    def prefixes(prefix: str) -> list[str]:
        response = comparable(
            s3.list_multipart_uploads(Bucket=bucket, Prefix=prefix, Delimiter="/", EncodingType="url")
        )
        common = [entry["Prefix"] for entry in response.pop("CommonPrefixes")]
        assert response == {
            "Bucket": bucket,
            "Delimiter": "/",
            "EncodingType": "url",
            "IsTruncated": False,
            "KeyMarker": "",
            "MaxUploads": 1000,
            "NextKeyMarker": "",
            "NextUploadIdMarker": "",
            "Prefix": prefix,
            "UploadIdMarker": "",
        }
        return common

    assert prefixes("test/") == ["test/bar/", "test/foo/"]
    assert prefixes("test/foo/") == ["test/foo/bar/"]
    assert prefixes("test/foo/bar") == ["test/foo/bar/"]
    response = comparable(s3.list_multipart_uploads(Bucket=bucket, Prefix="test/foo"))
    assert response == {
        "Bucket": bucket,
        "IsTruncated": False,
        "KeyMarker": "",
        "MaxUploads": 1000,
        "NextKeyMarker": "test/foo/bar/456",
        "NextUploadIdMarker": ids[1],
        "Prefix": "test/foo",
        "UploadIdMarker": "",
        "Uploads": [listed_upload("test/foo/bar/123", ids[0]), listed_upload("test/foo/bar/456", ids[1])],
    }


def test_a_key_marker_within_a_common_prefix_skips_all_of_it(s3: S3Client, bucket: str) -> None:
    # aws_recorded: test_list_multipart_uploads_marker_common_prefixes.
    keys = ("folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2")
    ids = {key: begin(s3, bucket, key) for key in keys}

    def page(**parameters: Any) -> dict[str, Any]:
        return comparable(
            s3.list_multipart_uploads(Bucket=bucket, Prefix="folder/", Delimiter="/", MaxUploads=1, **parameters)
        )

    same = {
        "Bucket": bucket,
        "Delimiter": "/",
        "IsTruncated": True,
        "MaxUploads": 1,
        "Prefix": "folder/",
        "UploadIdMarker": "",
    }
    assert page() == same | {
        "CommonPrefixes": [{"Prefix": "folder/aSubfolder/"}],
        "KeyMarker": "",
        "NextKeyMarker": "",
        "NextUploadIdMarker": "",
    }
    for marker in ("folder/aSubfolder/", "folder/aSubfolder/subFile1"):
        assert page(KeyMarker=marker) == same | {
            "KeyMarker": marker,
            "NextKeyMarker": "folder/file1",
            "NextUploadIdMarker": ids["folder/file1"],
            "Uploads": [listed_upload("folder/file1", ids["folder/file1"])],
        }


def test_keys_prefixes_and_markers_of_uploads_are_encoded_on_request(s3: S3Client, bucket: str) -> None:
    # API page ListMultipartUploads, EncodingType: Delimiter, KeyMarker, Prefix, NextKeyMarker, Key.
    begin(s3, bucket, "ä b&c")
    begin(s3, bucket, "ä b c&d")
    response = s3.list_multipart_uploads(
        Bucket=bucket, Prefix="ä b", Delimiter=" c", KeyMarker="ä a", EncodingType="url"
    )
    assert (response["Prefix"], response["Delimiter"], response["KeyMarker"]) == ("%C3%A4+b", "+c", "%C3%A4+a")
    assert response["CommonPrefixes"] == [{"Prefix": "%C3%A4+b+c"}]
    assert [upload["Key"] for upload in response["Uploads"]] == [response["NextKeyMarker"]] == ["%C3%A4+b%26c"]


@pytest.mark.parametrize(("value", "argument"), [("value", "value"), ("", "")])
def test_url_is_the_only_encoding_of_upload_listings(s3: S3Client, bucket: str, value: Any, argument: str) -> None:
    # aws_recorded: test_list_ops_encoding_type_validation[list_multipart_uploads]; the empty value is returned as None.
    message = "Invalid Encoding Method specified in Request"
    with refused("InvalidArgument", 400) as refusal:
        s3.list_multipart_uploads(Bucket=bucket, EncodingType=value)
    assert (refusal.error["Message"], refusal.error["ArgumentName"]) == (message, "encoding-type")
    assert (refusal.error["ArgumentValue"] or "") == argument
