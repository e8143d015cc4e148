"""Annotations: named texts attached to the versions of an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from s3mock.backend.cloud import Cloud
from s3mock.http import Body, Response
from tests.support.annotations import KEY, TEXT, delete, get, names, put
from tests.support.digests import crc32_of, sha256_of
from tests.support.raw_requests import ask, document
from tests.support.responses import refused, without_metadata
from tests.support.uploads import md5_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def test_an_annotation_is_read_as_it_was_put(s3: S3Client, annotated: str) -> None:
    crc = crc32_of(TEXT)
    same = {
        "ETag": md5_of(TEXT),
        "ChecksumCRC32": crc,
        "ChecksumType": "FULL_OBJECT",
        "ServerSideEncryption": "AES256",
    }
    made = s3.put_object_annotation(Bucket=annotated, Key=KEY, AnnotationName="label", AnnotationPayload=TEXT)
    assert without_metadata(made) == {"Key": KEY, "AnnotationName": "label", **same}
    reply = s3.get_object_annotation(Bucket=annotated, Key=KEY, AnnotationName="label", ChecksumMode="ENABLED")
    assert reply["AnnotationPayload"].read() == TEXT
    metadata = without_metadata(reply)
    modified = metadata.pop("LastModified")
    del metadata["AnnotationPayload"]
    assert metadata == {"ContentLength": len(TEXT), **same}
    listed = without_metadata(s3.list_object_annotations(Bucket=annotated, Key=KEY))
    assert listed == {
        "Bucket": annotated,
        "Key": KEY,
        "AnnotationCount": 1,
        "Annotations": [
            {
                "AnnotationName": "label",
                "LastModified": modified,
                "ETag": md5_of(TEXT),
                "ChecksumAlgorithm": ["CRC32"],
                "Size": len(TEXT),
            }
        ],
    }


def test_an_annotation_changes_nothing_of_its_object(s3: S3Client, annotated: str) -> None:
    before = without_metadata(s3.head_object(Bucket=annotated, Key=KEY))
    put(s3, annotated)
    delete(s3, annotated)
    assert without_metadata(s3.head_object(Bucket=annotated, Key=KEY)) == before


def test_an_annotation_is_replaced_by_another_of_its_name(s3: S3Client, annotated: str) -> None:
    put(s3, annotated, text=b"old")
    put(s3, annotated, text=b"new")
    assert get(s3, annotated) == b"new"
    assert names(s3, annotated) == ["label"]


def test_removing_an_annotation_succeeds_even_if_it_is_missing(s3: S3Client, annotated: str) -> None:
    put(s3, annotated)
    for _ in range(2):
        reply = s3.delete_object_annotation(Bucket=annotated, Key=KEY, AnnotationName="label")
        assert reply["ResponseMetadata"]["HTTPStatusCode"] == 204
        assert without_metadata(reply) == {}
    with refused("NoSuchAnnotation", 404, Message="The specified annotation does not exist.", AnnotationName="label"):
        get(s3, annotated)


@pytest.mark.parametrize("name", ["a", "ml.sentiment_2-x", "données_1.2-3", "名前", "x" * 512, "é" * 256, "s", "law"])
def test_a_name_has_letters_digits_and_three_punctuation_marks(s3: S3Client, annotated: str, name: str) -> None:
    put(s3, annotated, name)
    assert get(s3, annotated, name) == TEXT
    assert names(s3, annotated) == [name]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "UserAnnotationNameMustBeSpecified"),
        ("x" * 513, "AnnotationNameTooLong"),
        ("é" * 257, "AnnotationNameTooLong"),
        *((name, "InvalidAnnotationName") for name in ("a b", "a/b", "a@b", " ", "a\n", "aws.x", "AWSx", "s3", "S3-x")),
    ],
)
def test_any_other_name_is_refused(s3: S3Client, annotated: str, name: str, code: str) -> None:
    with refused(code, 400):
        put(s3, annotated, name)
    with refused(code, 400):
        put(s3, annotated, name, Key="nothing")
    assert names(s3, annotated) == []


def test_an_empty_name_is_refused_in_reads_and_removals(s3: S3Client, annotated: str) -> None:
    for key in (KEY, "nothing"):
        with refused("UserAnnotationNameMustBeSpecified", 400, Message="You must specify a user annotation name."):
            get(s3, annotated, "", Key=key)
        with refused("UserAnnotationNameMustBeSpecified", 400):
            delete(s3, annotated, "", Key=key)


def test_an_annotation_has_one_byte_to_one_mebibyte(s3: S3Client, annotated: str) -> None:
    with refused("EntityTooSmall", 400, ProposedSize="0", MinSizeAllowed="1"):
        put(s3, annotated, text=b"")
    with refused("EntityTooLarge", 400, ProposedSize="1048577", MaxSizeAllowed="1048576"):
        put(s3, annotated, text=b"x" * ((1 << 20) + 1))
    assert names(s3, annotated) == []
    put(s3, annotated, text=b"x")
    put(s3, annotated, text=b"x" * (1 << 20))


def test_an_annotation_is_utf_8(s3: S3Client, annotated: str) -> None:
    for text in (b"\xff\xfe", b"cut \xc3", b"\xed\xa0\x80"):
        with refused("UnsupportedMediaType", 415):
            put(s3, annotated, text=text)
    assert names(s3, annotated) == []


def test_a_version_has_at_most_1000_annotations(s3: S3Client, annotated: str) -> None:
    for number in range(1000):
        put(s3, annotated, f"n{number}", text=b"x")
    message = "The object annotation count exceeds the limit (1000)."
    with refused("AnnotationLimitExceeded", 400, Message=message):
        put(s3, annotated, "one-more")
    put(s3, annotated, "n7", text=b"replaced")
    delete(s3, annotated, "n8")
    put(s3, annotated, "one-more")
    assert len(names(s3, annotated)) == 1000


def test_an_annotation_has_its_own_checksum(s3: S3Client, annotated: str) -> None:
    reply = put(s3, annotated, ChecksumAlgorithm="SHA256")
    assert reply["ChecksumSHA256"] == sha256_of(TEXT)
    listed = s3.list_object_annotations(Bucket=annotated, Key=KEY)["Annotations"]
    assert listed[0]["ChecksumAlgorithm"] == ["SHA256"]
    with refused("BadDigest", 400):
        put(s3, annotated, text=b"other", ChecksumCRC32="AAAAAA==")
    with refused("BadDigest", 400):
        put(s3, annotated, text=b"other", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert get(s3, annotated) == TEXT


@pytest.fixture
def cloud(cloud: Cloud) -> Cloud:
    """A cloud with an object to annotate."""
    ask(cloud, "PUT", "/a-bucket/a-key", b"bytes")
    return cloud


def text_of(response: Response) -> str:
    assert isinstance(response.body, bytes)
    return response.body.decode()


def test_an_annotation_without_a_checksum_gets_a_crc64nvme(cloud: Cloud) -> None:
    path = "/a-bucket/a-key?annotation&annotationName=label"
    reply = ask(cloud, "PUT", path, TEXT)
    assert reply.headers["x-amz-checksum-type"] == "FULL_OBJECT"
    crc = reply.headers["x-amz-checksum-crc64nvme"]
    assert "x-amz-checksum-crc64nvme" not in ask(cloud, "GET", path).headers
    assert ask(cloud, "GET", path, x_amz_checksum_mode="ENABLED").headers["x-amz-checksum-crc64nvme"] == crc
    assert "<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm>" in document(cloud, "/a-bucket/a-key?annotation")


def test_the_xml_documents_equal_those_of_s3(cloud: Cloud) -> None:
    """The listings were measured on S3 by brekkylab/backlot, 2026-09-29."""
    xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
    start = f"<ListObjectAnnotationsOutput {xmlns}><Annotations></Annotations><Bucket>a-bucket</Bucket><Key>a-key</Key>"
    end = "<AnnotationCount>0</AnnotationCount></ListObjectAnnotationsOutput>"
    for query, middle in (
        ("annotation", ""),
        (
            "annotation&annotation-prefix=x&max-annotation-results=5",
            "<AnnotationPrefix>x</AnnotationPrefix><MaxAnnotationResults>5</MaxAnnotationResults>",
        ),
        ("annotation&annotation-prefix=", "<AnnotationPrefix></AnnotationPrefix>"),
    ):
        assert document(cloud, f"/a-bucket/a-key?{query}") == start + middle + end
    content = ask(cloud, "PUT", "/a-bucket/a-key?annotation&annotationName=label", TEXT)
    assert text_of(content).partition("\n")[2] == (
        f"<PutObjectAnnotationOutput {xmlns}><Key>a-key</Key><AnnotationName>label</AnnotationName>"
        "</PutObjectAnnotationOutput>"
    )


def test_put_and_delete_need_a_name(cloud: Cloud) -> None:
    for method in ("PUT", "DELETE"):
        response = ask(cloud, method, "/a-bucket/a-key?annotation", TEXT)
        assert response.status == 400
        assert "<Code>UserAnnotationNameMustBeSpecified</Code>" in text_of(response)


def test_an_annotation_without_a_length_is_refused(cloud: Cloud) -> None:
    response = ask(cloud, "PUT", "/a-bucket/a-key?annotation&annotationName=x", Body(iter([b"x"])))
    assert response.status == 411


def test_a_condition_applies_to_the_object(s3: S3Client, annotated: str) -> None:
    etag = s3.head_object(Bucket=annotated, Key=KEY)["ETag"]
    message = "At least one of the pre-conditions you specified did not hold"
    with refused("PreconditionFailed", 412, Message=message, Condition="x-amz-object-if-match"):
        put(s3, annotated, ObjectIfMatch=md5_of(TEXT))
    put(s3, annotated, ObjectIfMatch=etag)
    put(s3, annotated, ObjectIfMatch=etag.strip('"'))
    with refused("PreconditionFailed", 412, Condition="x-amz-object-if-match"):
        delete(s3, annotated, ObjectIfMatch=md5_of(TEXT))
    assert names(s3, annotated) == ["label"]
    delete(s3, annotated, ObjectIfMatch=etag)
    assert names(s3, annotated) == []


def test_a_listing_is_ordered_by_name_in_pages(s3: S3Client, annotated: str) -> None:
    for name in ("b", "a.2", "é", "a.1", "B", "a.10"):
        put(s3, annotated, name)
    ordered = ["B", "a.1", "a.10", "a.2", "b", "é"]
    assert names(s3, annotated) == ordered
    assert names(s3, annotated, AnnotationPrefix="a.1") == ["a.1", "a.10"]
    assert names(s3, annotated, AnnotationPrefix="c") == []
    pages: Any = s3.get_paginator("list_object_annotations")
    listed = list(pages.paginate(Bucket=annotated, Key=KEY, PaginationConfig={"PageSize": 4}))
    assert [[each["AnnotationName"] for each in page["Annotations"]] for page in listed] == [ordered[:4], ordered[4:]]
    assert [(page["AnnotationCount"], page["MaxAnnotationResults"]) for page in listed] == [(4, 4), (2, 4)]
    assert listed[1]["ContinuationToken"] == listed[0]["NextContinuationToken"]
    assert "NextContinuationToken" not in listed[1]
    exact = s3.list_object_annotations(Bucket=annotated, Key=KEY, MaxAnnotationResults=6)
    assert "NextContinuationToken" not in exact


@pytest.mark.parametrize("number", ["0", "-1", "1001"])
def test_a_page_has_1_to_1000_annotations(cloud: Cloud, number: str) -> None:
    for path in (
        f"/a-bucket/a-key?annotation&max-annotation-results={number}",
        f"/a-bucket/nothing?annotation&max-annotation-results={number}&continuation-token=garbage",
    ):
        content = document(cloud, path)
        assert "<Message>Argument max-annotation-results must be an integer between 1 and 1000</Message>" in content
        assert f"<ArgumentName>max-annotation-results</ArgumentName><ArgumentValue>{number}</ArgumentValue>" in content


def test_a_page_size_that_is_not_a_number_is_refused(cloud: Cloud) -> None:
    content = document(cloud, "/a-bucket/a-key?annotation&max-annotation-results=abc")
    assert "Provided max-annotation-results not an integer or within integer range" in content


def test_an_invalid_token_is_refused_if_the_key_exists(s3: S3Client, annotated: str) -> None:
    message = "The continuation token provided is incorrect"
    for token in ("", "garbage"):
        with refused("InvalidArgument", 400, Message=message, ArgumentName="continuation-token"):
            names(s3, annotated, ContinuationToken=token)
        with refused("NoSuchKey", 404, Key="nothing"):
            names(s3, annotated, Key="nothing", ContinuationToken=token)


@pytest.mark.parametrize("prefix", ["a/", " ", "x" * 513])
def test_an_invalid_prefix_is_refused(s3: S3Client, annotated: str, prefix: str) -> None:
    with refused("InvalidPrefix", 400, Message="The annotation prefix you have provided is not valid."):
        names(s3, annotated, AnnotationPrefix=prefix)


@pytest.mark.parametrize("call", [put, get, names, delete])
def test_a_missing_object_has_no_annotations(s3: S3Client, versioned: str, call: Any) -> None:
    with refused("NoSuchKey", 404, Key="nothing"):
        call(s3, versioned, Key="nothing")
    with refused("NoSuchBucket", 404, BucketName="nowhere"):
        call(s3, "nowhere")
    version = s3.put_object(Bucket=versioned, Key=KEY, Body=b"bytes")["VersionId"]
    marker: Any = s3.delete_object(Bucket=versioned, Key=KEY)["VersionId"]
    method = {put: "PUT", delete: "DELETE"}.get(call, "GET")
    for target in ({}, {"VersionId": marker}):
        with refused("MethodNotAllowed", 405, Method=method, ResourceType="DeleteMarker"):
            call(s3, versioned, **target)
    s3.delete_object(Bucket=versioned, Key=KEY, VersionId=version)
    with refused("NoSuchVersion", 404, Key=KEY, VersionId=version):
        call(s3, versioned, VersionId=version)
    with refused("InvalidArgument", 400, ArgumentName="versionId", ArgumentValue="none"):
        call(s3, versioned, VersionId="none")
