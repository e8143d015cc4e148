"""ListObjects and ListObjectsV2. Docstrings that name a test refer to aws_recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.backend.cloud import Cloud
from s3mock.settings import Settings
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

FOLDER = ["folder/aSubfolder/subFile1", "folder/aSubfolder/subFile2", "folder/file1", "folder/file2"]
NUMBERED = [f"test_{number}" for number in range(12)]
BOTH = pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])


@pytest.fixture
def cloud() -> Cloud:
    """A cloud with a bucket that has the keys a, b and c."""
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/bkt")
    for key in "abc":
        ask(cloud, "PUT", f"/bkt/{key}")
    return cloud


def put(s3: S3Client, bucket: str, keys: Iterable[str]) -> None:
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"content")


def keys_of(reply: Any) -> list[str]:
    return [described["Key"] for described in reply.get("Contents", [])]


def prefixes_of(reply: Any) -> list[str]:
    return [described["Prefix"] for described in reply.get("CommonPrefixes", [])]


def head_of(reply: Any) -> dict[str, Any]:
    """The members of a listing except its entries."""
    return {name: value for name, value in without_metadata(reply).items() if name not in {"Contents", "Name"}}


def error_in(text: str) -> tuple[str, str, str | None]:
    """The message, the argument's name and its value in an InvalidArgument."""
    assert "<Code>InvalidArgument</Code>" in text
    _, message, rest = text.replace("</Message>", "<Message>").split("<Message>", 2)
    name = rest.partition("<ArgumentName>")[2].partition("</ArgumentName>")[0]
    value = rest.partition("<ArgumentValue>")[2].partition("</ArgumentValue>")[0]
    return message, name, value if "<ArgumentValue>" in rest else None


# Members of an object, and of the listing


@pytest.mark.model("Object.ChecksumType")
def test_an_object_is_listed_with_its_checksum_and_its_owner(s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="test/foo/bar/123", Body=b"content 123")
    (described,) = s3.list_objects(Bucket=bucket)["Contents"]
    assert described == {
        "Key": "test/foo/bar/123",
        "LastModified": s3.head_object(Bucket=bucket, Key="test/foo/bar/123")["LastModified"],
        "ETag": '"0d9fa06a66933b40f615f530e59edd6b"',
        "ChecksumAlgorithm": ["CRC32"],
        "ChecksumType": "FULL_OBJECT",
        "Size": 11,
        "StorageClass": "STANDARD",
        "Owner": s3.list_buckets()["Owner"],
    }


def test_list_objects_v2_has_the_owner_only_on_request(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, ["a", "b"])
    owner = s3.list_buckets()["Owner"]
    for fetch_owner, owners in ((True, [owner, owner]), (False, [None, None])):
        reply = s3.list_objects_v2(Bucket=bucket, FetchOwner=fetch_owner)
        assert [described.get("Owner") for described in reply["Contents"]] == owners
    assert "Owner" not in s3.list_objects_v2(Bucket=bucket)["Contents"][0]


def test_a_listing_for_an_unsigned_request_has_no_owners(mock: S3, s3: S3Client, bucket: str) -> None:
    """aws_recorded: test_bucket_name_with_dots."""
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")
    s3.put_object(Bucket=bucket, Key="a")
    for authorization, owners in (("AWS any:signature", 1), ("", 0)):
        listing = ask(mock.cloud, "GET", f"/{bucket}", authorization=authorization).body
        assert isinstance(listing, bytes)
        assert (listing.count(b"<Contents>"), listing.count(b"<Owner>")) == (1, owners)


@BOTH
def test_a_listing_of_objects_has_the_region_of_the_bucket(s3: S3Client, bucket: str, operation: str) -> None:
    """https://github.com/versity/versitygw/issues/1814."""
    reply = getattr(s3, operation)(Bucket=bucket)
    assert reply["ResponseMetadata"]["HTTPHeaders"]["x-amz-bucket-region"] == "us-east-1"


def test_an_empty_bucket_has_neither_contents_nor_prefixes(s3: S3Client, bucket: str) -> None:
    echoed = {"Name": bucket, "Prefix": "", "MaxKeys": 1000, "IsTruncated": False, "EncodingType": "url"}
    assert without_metadata(s3.list_objects(Bucket=bucket)) == echoed | {"Marker": ""}
    assert without_metadata(s3.list_objects_v2(Bucket=bucket)) == echoed | {"KeyCount": 0}


@BOTH
def test_listing_a_missing_bucket_is_no_such_bucket(s3: S3Client, operation: str) -> None:
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        getattr(s3, operation)(Bucket="nowhere")


@BOTH
def test_keys_are_listed_in_the_order_of_their_bytes(s3: S3Client, bucket: str, operation: str) -> None:
    keys = [" ", "!", "0", "A", "Z", "a", "a/", "a/b", "a0", "z", "é", "\ufffd", "\U0001f600"]
    put(s3, bucket, reversed(keys))
    assert keys_of(getattr(s3, operation)(Bucket=bucket)) == keys


@BOTH
def test_deleted_and_hidden_objects_are_not_listed(s3: S3Client, versioned: str, operation: str) -> None:
    put(s3, versioned, ["a", "b", "b"])
    s3.delete_object(Bucket=versioned, Key="a")
    reply = getattr(s3, operation)(Bucket=versioned, MaxKeys=1)
    assert keys_of(reply) == ["b"]
    assert not reply["IsTruncated"]


# Prefixes and delimiters


@pytest.mark.parametrize(
    ("prefix", "delimiter", "keys", "prefixes"),
    [
        ("", "/", ["top"], ["a/", "b/"]),
        ("a/", "/", ["a/", "a/1"], ["a/b/"]),
        ("a", "/", [], ["a/"]),
        ("a/b", "/", [], ["a/b/"]),
        ("a/b/", "/", ["a/b/2"], []),
        ("", "a", [], ["a", "b/a"]),
        ("", "b/2", ["a/", "a/1", "b/a", "top"], ["a/b/2"]),
        ("", "%2F", ["a/", "a/1", "a/b/2", "b/a", "top"], []),
        ("nothing", "/", [], []),
    ],
)
@BOTH
def test_keys_with_the_delimiter_after_the_prefix_are_rolled_up(
    s3: S3Client, bucket: str, operation: str, prefix: str, delimiter: str, keys: list[str], prefixes: list[str]
) -> None:
    put(s3, bucket, ["a/", "a/1", "a/b/2", "b/a", "top"])
    if delimiter == "a":
        s3.delete_object(Bucket=bucket, Key="top")
    reply = getattr(s3, operation)(Bucket=bucket, Prefix=prefix, Delimiter=delimiter)
    assert (keys_of(reply), prefixes_of(reply)) == (keys, prefixes)
    assert (reply["Prefix"], reply["Delimiter"]) == (prefix, delimiter)
    assert reply.get("KeyCount", len(keys) + len(prefixes)) == len(keys) + len(prefixes)


@BOTH
def test_an_empty_delimiter_is_ignored(s3: S3Client, bucket: str, operation: str) -> None:
    put(s3, bucket, ["a/b", "c"])
    reply = getattr(s3, operation)(Bucket=bucket, Delimiter="")
    assert keys_of(reply) == ["a/b", "c"]
    assert "Delimiter" not in reply


@BOTH
def test_keys_and_common_prefixes_share_a_page(s3: S3Client, bucket: str, operation: str) -> None:
    put(s3, bucket, ["a", "b/1", "b/2", "c", "d/1"])
    pages = list(s3.get_paginator(operation).paginate(Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}))  # type: ignore[call-overload]
    assert [(keys_of(page), prefixes_of(page)) for page in pages] == [(["a"], ["b/"]), (["c"], ["d/"])]


# Pages of ListObjects


def test_the_next_marker_is_returned_only_with_a_delimiter(s3: S3Client, bucket: str) -> None:
    """test_list_objects_next_marker."""
    put(s3, bucket, ["a", "b", "c"])
    echoed = {"EncodingType": "url", "MaxKeys": 1, "Prefix": "", "IsTruncated": True}
    reply = s3.list_objects(Bucket=bucket, MaxKeys=1, Delimiter="/")
    assert head_of(reply) == echoed | {"Delimiter": "/", "Marker": "", "NextMarker": "a"}
    reply = s3.list_objects(Bucket=bucket, MaxKeys=1, Marker="a")
    assert (keys_of(reply), head_of(reply)) == (["b"], echoed | {"Marker": "a"})
    reply = s3.list_objects(Bucket=bucket, MaxKeys=1, Marker="")
    assert (keys_of(reply), head_of(reply)) == (["a"], echoed | {"Marker": ""})
    reply = s3.list_objects(Bucket=bucket, Marker="b", Delimiter="/")
    assert (keys_of(reply), "NextMarker" in reply) == (["c"], False)


def test_a_marker_inside_a_common_prefix_skips_it(s3: S3Client, bucket: str) -> None:
    """test_list_objects_marker_common_prefixes."""
    put(s3, bucket, FOLDER)
    parameters: Any = {"Bucket": bucket, "Prefix": "folder/", "Delimiter": "/", "MaxKeys": 1}
    first = s3.list_objects(**parameters)
    assert (prefixes_of(first), first["NextMarker"]) == (["folder/aSubfolder/"], "folder/aSubfolder/")
    for marker in (first["NextMarker"], "folder/aSubfolder/subFile1"):
        second = s3.list_objects(Marker=marker, **parameters)
        assert (keys_of(second), prefixes_of(second), second["NextMarker"]) == (["folder/file1"], [], "folder/file1")
    last = s3.list_objects(Marker="folder/file1", **parameters)
    assert (keys_of(last), last["IsTruncated"]) == (["folder/file2"], False)


def test_a_marker_does_not_have_to_be_a_key(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, ["bar", "foo"])
    for marker, keys in (("baz", ["foo"]), ("zzz", []), ("\x0a", ["bar", "foo"])):
        reply = s3.list_objects(Bucket=bucket, Marker=marker)
        assert (keys_of(reply), reply["Marker"]) == (keys, marker)


# Pages of ListObjectsV2


def test_a_token_continues_after_its_page(s3: S3Client, bucket: str) -> None:
    """test_list_objects_v2_continuation_start_after."""
    put(s3, bucket, NUMBERED)
    first = s3.list_objects_v2(Bucket=bucket, MaxKeys=5)
    assert keys_of(first) == sorted(NUMBERED)[:5]
    assert head_of(first).keys() == {
        *("EncodingType", "IsTruncated", "KeyCount", "MaxKeys", "NextContinuationToken", "Prefix"),
    }
    token = first["NextContinuationToken"]
    echoed = {"EncodingType": "url", "IsTruncated": False, "KeyCount": 7, "MaxKeys": 1000, "Prefix": ""}
    more: list[Any] = [{}, {"StartAfter": "test_7"}]  # which a token overrides
    for parameters in more:
        rest = s3.list_objects_v2(Bucket=bucket, ContinuationToken=token, **parameters)
        assert (keys_of(rest), head_of(rest)) == (sorted(NUMBERED)[5:], echoed | {"ContinuationToken": token})


def test_a_listing_can_start_after_any_text(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, NUMBERED)
    for start_after, keys in (("test_7", ["test_8", "test_9"]), ("test_70", ["test_8", "test_9"]), ("zzz", [])):
        reply = s3.list_objects_v2(Bucket=bucket, StartAfter=start_after, MaxKeys=2)
        assert (keys_of(reply), reply["StartAfter"]) == (keys, start_after)
    reply = s3.list_objects_v2(Bucket=bucket, StartAfter="", MaxKeys=1)
    assert (keys_of(reply), reply["StartAfter"]) == (["test_0"], "")


def test_a_token_skips_the_common_prefix_that_its_page_ended_with(s3: S3Client, bucket: str) -> None:
    """test_list_objects_v2_continuation_common_prefixes."""
    put(s3, bucket, FOLDER)
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix="folder/", Delimiter="/", PaginationConfig={"PageSize": 1}
        )
    )
    assert [keys_of(page) + prefixes_of(page) for page in pages] == [
        ["folder/aSubfolder/"],
        ["folder/file1"],
        ["folder/file2"],
    ]


@pytest.mark.parametrize("token", ["", "garbage", "test_1", "é", "s3mock:"])
def test_an_invalid_token_is_refused(s3: S3Client, bucket: str, token: str) -> None:
    message = "The continuation token provided is incorrect"
    with refused("InvalidArgument", 400, Message=message, ArgumentName="continuation-token"):
        s3.list_objects_v2(Bucket=bucket, ContinuationToken=token)


def test_a_token_is_valid_after_the_bucket_changes(s3: S3Client, bucket: str) -> None:
    put(s3, bucket, ["a", "b", "c", "d"])
    token = s3.list_objects_v2(Bucket=bucket, MaxKeys=2)["NextContinuationToken"]
    s3.delete_object(Bucket=bucket, Key="b")
    put(s3, bucket, ["a1", "b1"])
    assert keys_of(s3.list_objects_v2(Bucket=bucket, ContinuationToken=token)) == ["b1", "c", "d"]


# Page sizes


@BOTH
def test_an_empty_page_is_not_truncated(s3: S3Client, bucket: str, operation: str) -> None:
    put(s3, bucket, ["a", "b"])
    reply = getattr(s3, operation)(Bucket=bucket, MaxKeys=0, Delimiter="/")
    assert (keys_of(reply), reply["MaxKeys"], reply["IsTruncated"]) == ([], 0, False)
    assert not {"NextMarker", "NextContinuationToken"} & reply.keys()


@BOTH
def test_a_page_that_ends_with_the_last_key_is_not_truncated(s3: S3Client, bucket: str, operation: str) -> None:
    put(s3, bucket, ["a", "b"])
    assert getattr(s3, operation)(Bucket=bucket, MaxKeys=1)["IsTruncated"]
    assert not getattr(s3, operation)(Bucket=bucket, MaxKeys=2)["IsTruncated"]


def test_no_page_has_more_than_a_thousand_keys(s3: S3Client, bucket: str) -> None:
    keys = [f"{number:04}" for number in range(1001)]
    for key in keys:
        s3.put_object(Bucket=bucket, Key=key)
    reply = s3.list_objects_v2(Bucket=bucket)
    assert (keys_of(reply), reply["MaxKeys"]) == (keys[:1000], 1000)
    # The number is echoed as requested (measured by brekkylab/backlot, 2026-09-14).
    reply = s3.list_objects_v2(Bucket=bucket, MaxKeys=2000)
    assert (reply["KeyCount"], reply["MaxKeys"], reply["IsTruncated"]) == (1000, 2000, True)
    assert [keys_of(page) for page in s3.get_paginator("list_objects").paginate(Bucket=bucket)] == [
        keys[:1000],
        keys[1000:],
    ]


@pytest.mark.parametrize("version", ["", "list-type=2&"])
def test_an_invalid_number_of_keys_is_refused(cloud: Cloud, version: str) -> None:
    for number in ("many", "1.5", "2147483648", "+1", "%201"):
        message, name, _ = error_in(document(cloud, f"/bkt?{version}max-keys={number}"))
        assert (message, name) == ("Provided max-keys not an integer or within integer range", "max-keys")
    message = "Argument maxKeys must be an integer between 0 and 2147483647"
    assert error_in(document(cloud, f"/bkt?{version}max-keys=-01")) == (message, "maxKeys", "-1")
    assert "<MaxKeys>1000</MaxKeys>" in document(cloud, f"/bkt?{version}max-keys=")
    assert "<MaxKeys>5</MaxKeys>" in document(cloud, f"/bkt?{version}max-keys=05")


def test_the_encoding_is_checked_first_then_the_token_then_the_number(cloud: Cloud) -> None:
    query = "list-type=2&max-keys=-1"
    for more, name in (("", "maxKeys"), ("&continuation-token=x", "continuation-token")):
        query += more
        assert error_in(document(cloud, f"/bkt?{query}"))[1] == name
    assert error_in(document(cloud, f"/bkt?{query}&encoding-type=x"))[1] == "encoding-type"


def test_the_default_page_size_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("S3MOCK_MAX_KEYS", raising=False)
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        put(s3, "a-bucket", ["a", "b", "c", "d"])
        reply = s3.list_objects_v2(Bucket="a-bucket")
        assert (keys_of(reply), reply["MaxKeys"], reply["IsTruncated"]) == (["a", "b"], 2, True)
        assert keys_of(s3.list_objects_v2(Bucket="a-bucket", MaxKeys=3)) == ["a", "b", "c"]
        monkeypatch.setenv("S3MOCK_MAX_KEYS", "1")
        assert s3.list_objects(Bucket="a-bucket")["MaxKeys"] == 1
        pages = s3.get_paginator("list_objects").paginate(Bucket="a-bucket")
        assert [keys_of(page) for page in pages] == [["a"], ["b"], ["c"], ["d"]]


# Encoding of keys


def test_keys_are_url_encoded_on_request(s3: S3Client, bucket: str) -> None:
    """As Java's URLEncoder does, except for the slash (measured by brekkylab/backlot, 2026-09)."""
    written = {
        "a b/c": "a+b/c",
        "a+b": "a%2Bb",
        "100%": "100%25",
        "date=1/": "date%3D1/",
        "-_.*": "-_.*",
        "~(3)": "%7E%283%29",
        "한": "%ED%95%9C",
        "\x01": "%01",
    }
    put(s3, bucket, written)
    reply = s3.list_objects_v2(Bucket=bucket, EncodingType="url", StartAfter="\x00", Prefix="", Delimiter=":")
    assert sorted(keys_of(reply)) == sorted(written.values())
    assert (reply["StartAfter"], reply["Delimiter"], reply["EncodingType"]) == ("%00", "%3A", "url")
    reply = s3.list_objects_v2(Bucket=bucket, EncodingType="url", Prefix="a ", Delimiter="/")
    assert (reply["Prefix"], prefixes_of(reply)) == ("a+", ["a+b/"])
    first = s3.list_objects(Bucket=bucket, EncodingType="url", Marker="\x01", MaxKeys=1, Delimiter="/")
    assert (first["Marker"], first["NextMarker"]) == ("%01", "-_.*")


def test_boto3_decodes_keys(s3: S3Client, bucket: str) -> None:
    keys = ["\x01", "100%", "a b", "a%2Fb", "a+b", "date=1", "é/ü", "\U0001f600"]
    put(s3, bucket, keys)
    for operation in ("list_objects", "list_objects_v2"):
        pages = s3.get_paginator(operation).paginate(Bucket=bucket, PaginationConfig={"PageSize": 1})
        assert [key for page in pages for key in keys_of(page)] == keys
    # botocore decodes everything except the Prefix of ListObjects (https://github.com/boto/boto3/issues/3534).
    assert s3.list_objects_v2(Bucket=bucket, Prefix="a b")["Prefix"] == "a b"
    assert s3.list_objects(Bucket=bucket, Prefix="a b")["Prefix"] == "a+b"


def test_a_listing_without_encoding_has_no_encoding_type(cloud: Cloud) -> None:
    text = document(cloud, "/bkt?prefix=a&delimiter=%2F&marker=")
    assert "<Prefix>a</Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><Delimiter>/</Delimiter>" in text
    assert "EncodingType" not in text
    assert "<EncodingType>URL</EncodingType>" in document(cloud, "/bkt?list-type=2&encoding-type=URL")


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2", "list_object_versions"])
def test_an_invalid_encoding_is_refused(s3: S3Client, bucket: str, operation: str) -> None:
    """test_list_ops_encoding_type_validation."""
    message = "Invalid Encoding Method specified in Request"
    for encoding, value in (("value", "value"), ("", None)):
        with refused("InvalidArgument", 400, Message=message, ArgumentName="encoding-type", ArgumentValue=value):
            getattr(s3, operation)(Bucket=bucket, EncodingType=encoding)
