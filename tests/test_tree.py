"""What an S3 holds, as text and as HTML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from s3mock import S3MockServer, tree
from s3mock.backend.bucket_state import Change
from s3mock.backend.keys import KeyIndex
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


def test_an_empty_s3_says_so(mock: S3) -> None:
    head, rest = str(mock).splitlines()
    assert re.fullmatch(r"S3 at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC: 0 buckets", head)
    assert rest == "no buckets"


def test_the_tree_has_buckets_their_settings_and_their_keys_in_folders(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.create_bucket(Bucket="empty")
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}},
                {"ID": "logs", "Status": "Disabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 1}},
            ]
        },
    )
    s3.put_object(Bucket=bucket, Key="2026/a.jpg", Body=b"b" * 2048)
    s3.put_object(Bucket=bucket, Key="2026/11/b.jpg", StorageClass="STANDARD_IA", Tagging="a=1&b=2")
    s3.put_object(Bucket=bucket, Key="c.jpg", Body=b"meow")
    s3.put_object(Bucket=bucket, Key="d/")
    assert mock.tree().splitlines() == [
        f"{bucket}  us-east-1, lifecycle (old, logs, off)",
        "  2026/",
        "    11/",
        "      b.jpg  0 B, STANDARD_IA, 2 tags",
        "    a.jpg  2 KiB",
        "  c.jpg  4 B",
        "  d/",
        "    ''  0 B",
        "empty  us-east-1, empty",
    ]
    assert str(mock).splitlines()[1:] == mock.tree().splitlines()
    assert "2 buckets, 4 keys, 7 requests" in str(mock)


def test_the_tree_has_versions_delete_markers_and_uploads(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    first = s3.put_object(Bucket=bucket, Key="a", Body=b"one")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="a")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="b")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="b", UploadId=upload, PartNumber=1, Body=b"b" * 1024)
    time = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"
    pattern = "\n".join(
        [
            f"{bucket}  us-east-1, versioning Enabled",
            "  a  2 versions",
            rf"    latest, delete marker, \S+, {time}",
            rf"    3 B, {re.escape(first)}, {time}",
            "  b  no object yet",
            rf"    upload in progress, 1 part, 1 KiB, {re.escape(upload[:16])}\.\.\.",
        ]
    )
    assert re.fullmatch(pattern, mock.tree())


def test_a_part_of_the_tree_says_how_much_is_left_out(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.create_bucket(Bucket="other")
    for number in range(12):
        s3.put_object(Bucket=bucket, Key=f"a/{number:02}")
    s3.put_object(Bucket="other", Key="b")
    hint = "tree(bucket, prefix=..., limit=...) shows others or more"
    assert mock.tree(limit=3).splitlines()[-2:] == ["other  us-east-1", f"... 10 keys left out: {hint}"]
    assert mock.tree(bucket, limit=11).splitlines()[-1] == f"... 1 key left out: {hint}"
    assert mock.tree(bucket, limit=12).splitlines()[-1] == "    11  0 B"
    assert mock.tree(bucket, prefix="a/1").splitlines()[1:] == ["  a/", "    10  0 B", "    11  0 B"]
    last = mock.tree(bucket, prefix="a/1", limit=1).splitlines()[-1]
    assert last == f"... more keys with this prefix left out: {hint}"
    with pytest.raises(S3Error, match="does not exist"):
        mock.tree("no-such-bucket")


def test_buckets_and_versions_are_limited_too(
    mock: S3, s3: S3Client, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tree, "MOST_BUCKETS", 2)
    monkeypatch.setattr(tree, "MOST_VERSIONS", 2)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for _ in range(5):
        s3.put_object(Bucket=bucket, Key="a")
    for name in ("b-bucket", "c-bucket", "d-bucket"):
        s3.create_bucket(Bucket=name)
    s3.put_object(Bucket="d-bucket", Key="a")
    lines = mock.tree().splitlines()
    assert lines[1] == "  a  5 versions"
    assert lines[4] == "    ... 3 versions left out"
    assert lines[-1].startswith("... 2 buckets and 1 key left out: ")


def test_the_tree_of_many_keys_is_as_short(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    found = mock.cloud.find_bucket(bucket)
    assert found is not None
    versions = found.state.keys.get("a")
    assert versions is not None
    many = KeyIndex.of((f"{number:07}", versions) for number in range(100_000))
    mock.cloud.commit(found.identity, lambda state: Change(state.with_keys(many), event="Test"), None)
    scanned = mock.tree().splitlines()
    assert len(scanned) == 102
    assert scanned[-1].startswith("... 99,900 keys left out")


def test_what_a_terminal_or_a_page_would_interpret_is_escaped(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="\x1b[31m<script>alert(1)</script>")
    assert "  '\\x1b[31m<script>alert(1)<'/" in mock.tree().splitlines()
    page = mock._repr_html_()
    assert "<script" not in page
    assert "\x1b" not in page
    assert f"<summary>{bucket}  us-east-1</summary>" in page


def test_a_notebook_shows_the_tree(mock: S3, s3: S3Client, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a")
    page = mock._repr_html_()
    assert page.startswith("<strong>S3 at ")
    assert page.endswith("<pre>a  0 B</pre></details>")


def test_a_server_has_a_tree(server: S3MockServer) -> None:
    server.s3.client(region_name="us-east-1").create_bucket(Bucket="photos")
    assert server.s3.tree() == "photos  us-east-1, empty"
