"""curl, which signs by ``--aws-sigv4``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.over_http.place import ACCESS_KEY, LARGE, REGION, SECRET_KEY, Place, run

Curl = Callable[..., str]


def client() -> tuple[str, str]:
    return "curl", run("curl", "--version", env={}).split()[1]


@pytest.fixture
def curl(place: Place) -> Curl:
    """Call curl with a signature and a path; a response's status follows its body."""
    # curl before 8 leaves the header out, without which S3 answers InvalidRequest.
    unsigned_body = ("-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD")
    signed = (*unsigned_body, "--user", f"{ACCESS_KEY}:{SECRET_KEY}", "--aws-sigv4", f"aws:amz:{REGION}:s3")
    return lambda path, *words, **keywords: run(
        "curl", "-sS", "-w", "\n%{http_code}", *signed, *words, place.url + path, env={}, **keywords
    )


def test_objects(curl: Curl, place: Place, tmp_path: Path) -> None:
    assert curl("/curled", "-X", "PUT").endswith("\n200")
    (tmp_path / "a").write_bytes(b"0123456789")
    key = quote("ä b+c.txt")
    assert curl(f"/curled/{key}", "-T", tmp_path / "a", "-H", "x-amz-meta-colour: blue") == "\n200"
    assert place.s3.head_object(Bucket="curled", Key="ä b+c.txt")["Metadata"] == {"colour": "blue"}
    assert curl(f"/curled/{key}") == "0123456789\n200"
    assert curl(f"/curled/{key}", "-r", "2-4") == "234\n206"
    assert curl(f"/curled/{key}", "-r", "-2") == "89\n206"
    assert curl(f"/curled/{key}", "-r", "90-").endswith("\n416")
    assert "x-amz-meta-colour: blue" in curl(f"/curled/{key}", "-I").lower()
    assert curl("/curled/copy", "-X", "PUT", "-H", f"x-amz-copy-source: /curled/{key}").endswith("\n200")
    etag = place.s3.head_object(Bucket="curled", Key="copy")["ETag"]
    assert curl("/curled/copy", "-H", f"If-None-Match: {etag}") == "\n304"
    assert curl("/curled/copy", "-T", tmp_path / "a", "-H", "If-None-Match: *").endswith("\n412")
    assert "<Key>copy</Key>" in curl("/curled/?list-type=2&prefix=co")
    assert curl("/curled/copy", "-X", "DELETE") == "\n204"
    assert curl("/curled/copy").endswith("\n404")


def test_large_uploads_wait_for_100_continue(curl: Curl, place: Place, bucket: str, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(LARGE)
    printed = curl(f"/{bucket}/large", "-T", tmp_path / "a", "-v", "-H", "Expect: 100-continue")
    assert "HTTP/1.1 100 Continue" in printed
    assert place.body(bucket, "large") == LARGE
    refused = curl("/no-such-bucket-here/large", "-T", tmp_path / "a", "-v", "-H", "Expect: 100-continue")
    assert "NoSuchBucket" in refused
    assert refused.endswith("\n404")


def test_bodies_of_standard_input_have_no_length(curl: Curl, bucket: str) -> None:
    assert "NotImplemented" in curl(f"/{bucket}/a", "-T", "-", input=b"of unknown length")


def test_errors(curl: Curl, place: Place, bucket: str) -> None:
    assert "SignatureDoesNotMatch" in curl(f"/{bucket}", "--user", f"{ACCESS_KEY}:wrong")
    assert "InvalidAccessKeyId" in curl(f"/{bucket}", "--user", "nobody:wrong")
    anonymous = run("curl", "-sS", f"{place.url}/{bucket}", env={})
    assert "<Code>AccessDenied</Code>" in anonymous
