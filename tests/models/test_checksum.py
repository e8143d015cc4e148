from __future__ import annotations

import hashlib
import zlib
from base64 import b64encode
from itertools import pairwise
from typing import Any

import pytest
from awscrt.checksums import crc64nvme
from botocore.session import get_session
from hypothesis import given
from hypothesis import strategies as st

from s3mock.errors import S3Error
from s3mock.models import checksums
from s3mock.models.checksums import ALGORITHMS, Checksum, Digests
from tests.support.search import search

# The published check values of the CRCs, and the digests of the same text by hashlib and by another XXHASH.
DIGITS = b"123456789"
OF_DIGITS = {
    "CRC32": "cbf43926",
    "CRC32C": "e3069283",
    "CRC64NVME": "ae8b14860a799888",
    "SHA1": hashlib.sha1(DIGITS).hexdigest(),
    "SHA256": hashlib.sha256(DIGITS).hexdigest(),
    "SHA512": hashlib.sha512(DIGITS).hexdigest(),
    "MD5": hashlib.md5(DIGITS).hexdigest(),
    "XXHASH64": "8cb841db40e6ae83",
    "XXHASH3": "72dcb18b67a17dff",
    "XXHASH128": "33119477ede5dcd5e9716427681d5860",
}


def b64(digest: bytes) -> str:
    return b64encode(digest).decode()


def sent(params: dict[str, Any], body: bytes, headers: dict[str, str] | None = None) -> Checksum | None:
    """Verify a body like PutObject: in two chunks, and then the trailers."""
    headers = headers or {}
    announced = {name: value for name, value in headers.items() if name == "x-amz-trailer"}
    digests = Digests(params, announced)
    for chunk in (body[:3], body[3:]):
        for digest in digests.running:
            digest.update(chunk)
    assert digests.md5.digest() == hashlib.md5(body).digest()
    return digests.verify(headers)


def refused(params: dict[str, Any], body: bytes = DIGITS, headers: dict[str, str] | None = None) -> S3Error:
    with pytest.raises(S3Error) as caught:
        sent(params, body, headers)
    return caught.value


@pytest.mark.parametrize("name", OF_DIGITS)
def test_each_algorithm_has_its_check_value(name: str) -> None:
    algorithm = ALGORITHMS[name]
    digest = bytes.fromhex(OF_DIGITS[name])
    assert algorithm.size == len(digest)
    assert checksums.of(algorithm, [DIGITS[:4], b"", DIGITS[4:]]) == Checksum(name, b64(digest))


def test_the_members_of_a_response_report_value_and_type() -> None:
    assert Checksum("CRC32", "poTHxg==").members == {"ChecksumCRC32": "poTHxg==", "ChecksumType": "FULL_OBJECT"}


def test_checksums_equal_those_recorded_from_s3() -> None:
    # aws_recorded test_get_object_range
    assert checksums.of(ALGORITHMS["CRC32"], [b"0123456789"]).value == "poTHxg=="


@given(st.lists(st.binary(max_size=300), max_size=4))
@search(50)
def test_crc64nvme_equals_that_of_the_aws_common_runtime(chunks: list[bytes]) -> None:
    expected = crc64nvme(b"".join(chunks)).to_bytes(8, "big")
    assert checksums.of(ALGORITHMS["CRC64NVME"], chunks).value == b64(expected)


@pytest.mark.parametrize("name", ["XXHASH64", "XXHASH3", "XXHASH128"])
@given(chunks=st.lists(st.binary(max_size=300), max_size=4))
@search(25)
def test_an_xxhash_does_not_depend_on_how_the_bytes_are_cut(name: str, chunks: list[bytes]) -> None:
    algorithm = ALGORITHMS[name]
    assert checksums.of(algorithm, chunks) == checksums.of(algorithm, [b"".join(chunks)])


@pytest.mark.parametrize("name", ["CRC32", "CRC32C", "CRC64NVME"])
@given(cuts=st.lists(st.integers(0, 500), max_size=6), seed=st.binary(min_size=1, max_size=20))
@search(25)
def test_the_crc_of_an_upload_is_combined_from_the_crcs_of_its_parts(name: str, cuts: list[int], seed: bytes) -> None:
    whole = (seed * 500)[:500]
    parts = [whole[start:stop] for start, stop in pairwise([0, *sorted(cuts), 500])]
    algorithm = ALGORITHMS[name]
    combined = checksums.full_object(algorithm, [(checksums.of(algorithm, [part]).value, len(part)) for part in parts])
    assert combined == checksums.of(algorithm, [whole])


def test_crcs_of_large_parts_are_combined() -> None:
    zeros, ones = bytes(5 * 1024 * 1024), b"\xff" * (1024 * 1024 + 1)
    crc32 = ALGORITHMS["CRC32"]
    combined = checksums.full_object(crc32, [(checksums.of(crc32, [part]).value, len(part)) for part in (zeros, ones)])
    assert combined.value == b64(zlib.crc32(ones, zlib.crc32(zeros)).to_bytes(4, "big"))


def test_hashes_of_parts_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="SHA1"):
        checksums.full_object(ALGORITHMS["SHA1"], [])


def test_a_composite_checksum_is_of_the_part_digests_and_ends_with_their_count() -> None:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
    algorithm = ALGORITHMS["SHA256"]
    values = [checksums.of(algorithm, [part]).value for part in (b"a", b"b")]
    expected = hashlib.sha256(hashlib.sha256(b"a").digest() + hashlib.sha256(b"b").digest()).digest()
    assert checksums.composite(algorithm, values) == Checksum("SHA256", f"{b64(expected)}-2", "COMPOSITE")


def test_a_body_needs_no_checksum() -> None:
    assert sent({}, DIGITS) is None


@pytest.mark.parametrize("name", OF_DIGITS)
def test_a_checksum_is_sent_in_a_header_or_in_a_trailer(name: str) -> None:
    value = b64(bytes.fromhex(OF_DIGITS[name]))
    header = f"x-amz-checksum-{name.lower()}"
    expected = Checksum(name, value, "FULL_OBJECT")
    assert sent({f"Checksum{name}": value}, DIGITS) == expected
    assert sent({f"Checksum{name}": value, "ChecksumAlgorithm": name.lower()}, DIGITS) == expected
    trailers = {"x-amz-trailer": header, header: value}
    assert sent({}, DIGITS, trailers) == expected
    assert sent({"ChecksumAlgorithm": name}, DIGITS, trailers) == expected


@pytest.mark.parametrize("name", OF_DIGITS)
def test_the_checksum_of_another_body_is_a_bad_digest(name: str) -> None:
    other = checksums.of(ALGORITHMS[name], [b"something else"]).value
    header = f"x-amz-checksum-{name.lower()}"
    for error in (
        refused({f"Checksum{name}": other}),
        refused({}, headers={"x-amz-trailer": header, header: other}),
    ):
        assert (error.code, error.status) == ("BadDigest", 400)
        assert error.message == f"The {name} you specified did not match the calculated checksum."
        assert error.fields == {}


@pytest.mark.parametrize("value", ["", "bad", "AAAA", "AAAAAA", "AAAAAA==-1", "AAAAAAAA", "?AAAAA==", "\u00e9AAAAA=="])
def test_an_invalid_value_is_refused(value: str) -> None:
    error = refused({"ChecksumCRC32": value})
    assert (error.code, error.status) == ("InvalidRequest", 400)
    assert error.message == "Value for x-amz-checksum-crc32 header is invalid."


def test_an_invalid_value_in_a_trailer_is_refused() -> None:
    error = refused({}, headers={"x-amz-trailer": "x-amz-checksum-crc32", "x-amz-checksum-crc32": "bad"})
    assert error.message == "Value for x-amz-checksum-crc32 trailing header is invalid."


def test_a_request_has_one_checksum() -> None:
    error = refused({"ChecksumCRC32": "AAAAAA==", "ChecksumCRC32C": "AAAAAA=="})
    assert error.code == "InvalidRequest"
    assert error.message == "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    error = refused({"ChecksumCRC32": "AAAAAA=="}, headers={"x-amz-trailer": "x-amz-checksum-crc32"})
    assert (error.code, error.message) == ("InvalidRequest", "Expecting a single x-amz-checksum- header")


def test_an_algorithm_without_a_checksum_is_refused() -> None:
    error = refused({"ChecksumAlgorithm": "CRC32"})
    assert error.code == "InvalidRequest"
    assert error.message == (
        "x-amz-sdk-checksum-algorithm specified, "
        "but no corresponding x-amz-checksum-* or x-amz-trailer headers were found."
    )


def test_an_algorithm_with_the_checksum_of_another_is_refused() -> None:
    in_trailer = {"x-amz-trailer": "x-amz-checksum-crc64nvme"}
    for error in (
        refused({"ChecksumAlgorithm": "CRC32", "ChecksumCRC32C": "AAAAAA=="}),
        refused({"ChecksumAlgorithm": "SHA1"}, headers=in_trailer),
    ):
        assert error.code == "InvalidRequest"
        assert error.message == "Value for x-amz-sdk-checksum-algorithm header is invalid."


def test_an_unknown_trailer_is_refused() -> None:
    error = refused({}, headers={"x-amz-trailer": "x-amz-checksum-sha10"})
    assert error.code == "InvalidRequest"
    assert error.message == "The value specified in the x-amz-trailer header is not supported"


def test_a_missing_trailer_is_refused() -> None:
    error = refused({}, headers={"x-amz-trailer": "x-amz-checksum-crc32"})
    assert (error.code, error.status) == ("MalformedTrailerError", 400)


NAMED_BY_BOTOCORE = get_session().get_service_model("s3").shape_for("ChecksumAlgorithm").enum  # type: ignore[attr-defined]


def test_every_algorithm_of_the_model_is_computed() -> None:
    assert set(OF_DIGITS) == set(ALGORITHMS) == set(NAMED_BY_BOTOCORE)


def test_the_md5_of_the_body_is_compared_with_content_md5() -> None:
    value = b64(hashlib.md5(DIGITS).digest())
    assert sent({"ContentMD5": value}, DIGITS) is None
    error = refused({"ContentMD5": value}, b"1234567890")
    assert (error.code, error.status) == ("BadDigest", 400)
    assert error.message == "The Content-MD5 you specified did not match what we received."
    assert error.fields == {
        "CalculatedDigest": b64(hashlib.md5(b"1234567890").digest()),
        "ExpectedDigest": hashlib.md5(DIGITS).hexdigest(),
    }


@pytest.mark.parametrize("value", ["", "bad", "YWFhYWFhYWFhYWFhYWFhYQ", "25f9e794323b453885f5181f1b624d0b"])
def test_an_invalid_content_md5_is_refused(value: str) -> None:
    error = refused({"ContentMD5": value})
    assert (error.code, error.status) == ("InvalidDigest", 400)
    assert error.message == "The Content-MD5 you specified was invalid."
    assert error.fields == {"Content-MD5": value}


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"ChecksumAlgorithm": "CRC32"}, ("CRC32", "COMPOSITE")),
        ({"ChecksumAlgorithm": "CRC32", "ChecksumType": "FULL_OBJECT"}, ("CRC32", "FULL_OBJECT")),
        ({"ChecksumAlgorithm": "crc32c", "ChecksumType": "composite"}, ("CRC32C", "COMPOSITE")),
        ({"ChecksumAlgorithm": "CRC32C"}, ("CRC32C", "COMPOSITE")),
        ({"ChecksumAlgorithm": "CRC64NVME"}, ("CRC64NVME", "FULL_OBJECT")),
        ({"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "FULL_OBJECT"}, ("CRC64NVME", "FULL_OBJECT")),
        ({"ChecksumAlgorithm": "SHA1"}, ("SHA1", "COMPOSITE")),
        ({"ChecksumAlgorithm": "SHA256", "ChecksumType": "COMPOSITE"}, ("SHA256", "COMPOSITE")),
    ],
)
def test_an_upload_has_the_requested_type_or_its_algorithms_default(
    params: dict[str, str], expected: tuple[str, str]
) -> None:
    upload = checksums.of_upload(params)
    assert upload is not None
    assert (upload[0].name, upload[1]) == expected


def test_an_upload_need_not_request_a_checksum() -> None:
    assert checksums.of_upload({}) is None


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"ChecksumAlgorithm": "SHA1", "ChecksumType": "FULL_OBJECT"},
            "The FULL_OBJECT checksum type cannot be used with the sha1 checksum algorithm.",
        ),
        *(
            (
                {"ChecksumAlgorithm": name, "ChecksumType": "FULL_OBJECT"},
                f"The FULL_OBJECT checksum type cannot be used with the {name.lower()} checksum algorithm.",
            )
            for name in ("SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128")
        ),
        (
            {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
            "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
        ),
        ({"ChecksumAlgorithm": "CRC32", "ChecksumType": "ALL"}, "Value for x-amz-checksum-type header is invalid."),
        (
            {"ChecksumType": "FULL_OBJECT"},
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
        ),
        (
            {"ChecksumAlgorithm": "CRC33"},
            (
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                "[CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]"
            ),
        ),
    ],
)
def test_an_invalid_combination_of_algorithm_and_type_is_refused(params: dict[str, str], message: str) -> None:
    with pytest.raises(S3Error) as caught:
        checksums.of_upload(params)
    assert (caught.value.code, caught.value.status, caught.value.message) == ("InvalidRequest", 400, message)
