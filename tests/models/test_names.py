from __future__ import annotations

import pytest

from s3mock.errors import S3Error
from s3mock.models.names import check_bucket_name, check_key


@pytest.mark.parametrize(
    "name",
    [
        "abc",
        "a" * 63,
        "0abc",
        "abc9",
        "a-b",
        "a--b",
        "a.b.c",
        "192.168.5",
        "192.168.5.4.a",
        "a1.2.3.4",
        "my-bucket-an",
        "xn-a",
    ],
)
def test_a_valid_bucket_name_is_accepted(name: str) -> None:
    check_bucket_name(name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("ab", id="two characters"),
        pytest.param("a" * 64, id="64 characters"),
        "Abc",
        "under_score",
        "spa ce",
        "abc\n",
        "b\u00fccher",
        "\u0661bc",
        "-abc",
        "abc-",
        ".abc",
        "abc.",
        "a..b",
        "a.-b",
        "a-.b",
        "192.168.5.4",
        "999.1.2.3",
        "xn--abc",
        "sthree-abc",
        "sthree-configurator",
        "amzn-s3-demo-bucket",
        "abc-s3alias",
        "abc--ol-s3",
        "abc.mrap",
        "abc--use1-az4--x-s3",
        "abc--table-s3",
    ],
)
def test_an_invalid_bucket_name_is_refused(name: str) -> None:
    with pytest.raises(S3Error) as caught:
        check_bucket_name(name)
    assert caught.value.code == "InvalidBucketName"
    assert caught.value.status == 400
    assert caught.value.message == "The specified bucket is not valid."
    assert caught.value.fields == {"BucketName": name}


@pytest.mark.parametrize("key", ["", "a", "a" * 1024, "\u00e9" * 512, "\U0001f600" * 256])
def test_a_key_has_up_to_1024_bytes(key: str) -> None:
    check_key(key, 1024)


@pytest.mark.parametrize(
    ("key", "size"), [("a" * 1025, 1025), ("\u00e9" * 512 + "a", 1025), ("\U0001f600" * 257, 1028)]
)
def test_a_key_of_more_than_1024_bytes_is_too_long(key: str, size: int) -> None:
    with pytest.raises(S3Error) as caught:
        check_key(key, 1024)
    assert caught.value.code == "KeyTooLongError"
    assert caught.value.status == 400
    assert caught.value.fields == {"Size": size, "MaxSizeAllowed": 1024}
