"""The codec where S3 differs from botocore's model, or other clients from botocore."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from s3mock.errors import S3Error
from s3mock.http import Body, Request, Target, parse_query
from s3mock.wire import codec, model, quirks
from tests.support.operations import IMPLEMENTED
from tests.support.search import search

MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


def parse(
    operation: str,
    body: str | bytes = b"",
    headers: dict[str, str] | None = None,
    query: str = "",
) -> dict[str, Any]:
    content = body.encode() if isinstance(body, str) else body
    request = Request("PUT", "https", "s3.amazonaws.com", "/bucket/key", query, headers, Body(content))
    parameters = codec.of(operation).parse(request, Target(bucket="bucket", key="key"), parse_query(query))
    parse_document = codec.of(operation).parse_document
    if parse_document is not None:
        parse_document(request, parameters)
    return parameters


def refused(operation: str, body: str | bytes = b"", headers: dict[str, str] | None = None, query: str = "") -> S3Error:
    with pytest.raises(S3Error) as caught:
        parse(operation, body, headers, query)
    return caught.value


# --- the body


@pytest.mark.parametrize(
    "document",
    [
        "<VersioningConfiguration><Status>enabled</Status></VersioningConfiguration>",
        "<VersioningConfiguration><Status> Enabled</Status></VersioningConfiguration>",
        "<VersioningConfiguration><Status>Enabled</Status><Status>Enabled</Status></VersioningConfiguration>",
        "<VersioningConfiguration><Status><b/>Enabled</Status></VersioningConfiguration>",
        "<VersioningConfiguration>Enabled</VersioningConfiguration>",
        "<VersioningConfiguration><State>Enabled</State></VersioningConfiguration>",
        "<Versioning><Status>Enabled</Status></Versioning>",
        "<VersioningConfiguration><Status>Enabled</Status>",
        "<VersioningConfiguration/><VersioningConfiguration/>",
        "{}",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="no-such"?><VersioningConfiguration/>',
    ],
)
def test_a_document_that_the_schema_refuses_is_malformed(document: str | bytes) -> None:
    error = refused("PutBucketVersioning", document)
    assert (error.code, error.status, error.message) == ("MalformedXML", 400, MALFORMED)


def test_a_document_type_is_refused_with_or_without_entities() -> None:
    document = "<VersioningConfiguration><Status>{}</Status></VersioningConfiguration>"
    assert parse("PutBucketVersioning", document.format("Enabled"))["VersioningConfiguration"] == {"Status": "Enabled"}
    plain = "<!DOCTYPE VersioningConfiguration>" + document.format("Enabled")
    entity = '<!DOCTYPE a [<!ENTITY e "Enabled">]>' + document.format("&e;")
    assert refused("PutBucketVersioning", plain).code == "MalformedXML"
    assert refused("PutBucketVersioning", entity).code == "MalformedXML"


def test_prefixes_order_comments_and_space_between_elements_are_ignored() -> None:
    document = """<?xml version="1.0"?>
        <s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">
            <!-- two --> <s3:Object> <s3:VersionId>v</s3:VersionId> <s3:Key><![CDATA[a&b]]></s3:Key> </s3:Object>
            <s3:Quiet> true </s3:Quiet>
        </s3:Delete>"""
    delete = parse("DeleteObjects", document)["Delete"]
    assert delete == {"Quiet": True, "Objects": [{"Key": "a&b", "VersionId": "v"}]}


def test_one_element_under_two_prefixes_is_malformed() -> None:
    document = '<Delete xmlns:a="b"><Object><Key>c</Key></Object><a:Object><Key>d</Key></a:Object></Delete>'
    assert refused("DeleteObjects", document).code == "MalformedXML"


def test_space_and_carriage_returns_within_a_key_are_kept() -> None:
    keys = "".join(f"<Object><Key>{key}</Key></Object>" for key in (" a ", " ", "b&#13;c", "&#10;"))
    objects = parse("DeleteObjects", f"<Delete>{keys}</Delete>")["Delete"]["Objects"]
    assert [entry["Key"] for entry in objects] == [" a ", " ", "b\rc", "\n"]


def test_an_empty_list_is_a_parameter_and_an_absent_one_is_not() -> None:
    assert parse("PutBucketTagging", "<Tagging><TagSet> </TagSet></Tagging>")["Tagging"] == {"TagSet": []}
    assert parse("PutBucketTagging", "<Tagging><TagSet/></Tagging>")["Tagging"] == {"TagSet": []}
    assert parse("PutBucketTagging", "<Tagging/>")["Tagging"] == {}


@pytest.mark.parametrize(
    ("operation", "document"),
    [
        ("PutBucketTagging", "<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"),
        ("PutBucketTagging", "<Tagging><TagSet><Tag><Value>a</Value></Tag></TagSet></Tagging>"),
        ("PutBucketTagging", "<Tagging><TagSet><Member/></TagSet></Tagging>"),
        ("PutBucketEncryption", "<ServerSideEncryptionConfiguration/>"),
        ("DeleteObjects", "<Delete/>"),
        ("DeleteObjects", "<Delete><Object/></Delete>"),
        ("CompleteMultipartUpload", "<CompleteMultipartUpload><Part><ETag>a</ETag></Part></CompleteMultipartUpload>"),
        ("PutObjectLockConfiguration", "<ObjectLockConfiguration/>"),
    ],
)
def test_a_document_without_a_required_element_is_malformed(operation: str, document: str) -> None:
    assert refused(operation, document, query="uploadId=u").code == "MalformedXML"


@pytest.mark.parametrize("number", ["", "one", "1.0", "+1", "0x1", "1_0", "\u0661", "2147483648", "9" * 5000])
def test_an_invalid_integer_makes_the_document_malformed(number: str) -> None:
    part = f"<Part><ETag>a</ETag><PartNumber>{number}</PartNumber></Part>"
    document = f"<CompleteMultipartUpload>{part}</CompleteMultipartUpload>"
    assert refused("CompleteMultipartUpload", document, query="uploadId=u").code == "MalformedXML"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-01-02T03:04:05.678Z", datetime(2030, 1, 2, 3, 4, 5, 678000, timezone.utc)),
        ("2030-01-02T03:04:05", datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
        ("2030-01-02T00:04:05-03:00", datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
        ("2030-01-02T04:34:05+0130", datetime(2030, 1, 2, 3, 4, 5, tzinfo=timezone.utc)),
        ("2030-01-02", datetime(2030, 1, 2, tzinfo=timezone.utc)),
    ],
)
def test_dates_in_a_document_can_have_a_time_zone(text: str, moment: datetime) -> None:
    document = f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{text}</RetainUntilDate></Retention>"
    assert parse("PutObjectRetention", document)["Retention"]["RetainUntilDate"] == moment


@pytest.mark.parametrize("text", ["", "notadate", "1577836800", "2030-13-01T00:00:00Z", "0001-01-01T00:00:00+09:00"])
def test_an_invalid_date_makes_the_document_malformed(text: str) -> None:
    document = f"<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>{text}</RetainUntilDate></Retention>"
    assert refused("PutObjectRetention", document).code == "MalformedXML"


def test_booleans_can_be_written_in_capitals() -> None:
    document = (
        "<PublicAccessBlockConfiguration><BlockPublicAcls>TRUE</BlockPublicAcls></PublicAccessBlockConfiguration>"
    )
    assert parse("PutPublicAccessBlock", document)["PublicAccessBlockConfiguration"] == {"BlockPublicAcls": True}


def test_values_of_open_enums_are_left_to_the_handler() -> None:
    document = "<CreateBucketConfiguration><LocationConstraint>mars-1</LocationConstraint></CreateBucketConfiguration>"
    assert parse("CreateBucket", document)["CreateBucketConfiguration"] == {"LocationConstraint": "mars-1"}


@pytest.mark.parametrize("operation", ["PutBucketAcl", "PutObjectAcl"])
def test_an_invalid_acl_document_is_a_malformed_acl_error(operation: str) -> None:
    assert refused(operation, "<AccessControlPolicy><Grant/></AccessControlPolicy>").code == "MalformedACLError"


def test_the_type_of_a_grantee_is_an_attribute_of_any_prefix() -> None:
    document = (
        '<AccessControlPolicy xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><AccessControlList><Grant>'
        '<Grantee i:type="CanonicalUser"><ID>a</ID></Grantee><Permission>READ</Permission>'
        "</Grant></AccessControlList></AccessControlPolicy>"
    )
    grants = parse("PutBucketAcl", document)["AccessControlPolicy"]["Grants"]
    assert grants == [{"Grantee": {"Type": "CanonicalUser", "ID": "a"}, "Permission": "READ"}]


@pytest.mark.parametrize("body", [b"", b" \r\n"])
def test_an_empty_body_where_a_document_is_required_is_refused(body: bytes) -> None:
    error = refused("PutBucketNotificationConfiguration", body)
    assert (error.code, error.message) == ("MissingRequestBodyError", "Request Body is empty")
    assert refused("PutObjectRetention", body).code == "MalformedXML"
    assert refused("PutObjectLockConfiguration", body).code == "MissingRequestBodyError"
    assert refused("SelectObjectContent", body).code == "EmptyRequestBody"


@pytest.mark.parametrize(
    "operation", ["CompleteMultipartUpload", "CreateBucket", "PutBucketAcl", "PutObjectAcl", "RestoreObject"]
)
def test_some_documents_are_optional(operation: str) -> None:
    assert parse(operation, query="uploadId=u").keys() <= {"Bucket", "Key", "UploadId"}


def test_a_policy_is_read_as_text_and_not_parsed() -> None:
    assert parse("PutBucketPolicy", '{"Version":"ä"}')["Policy"] == '{"Version":"ä"}'
    assert parse("PutBucketPolicy")["Policy"] == ""


def test_root_elements_of_old_clients_are_accepted() -> None:
    part = "<Part><ETag>a</ETag><PartNumber>1</PartNumber></Part>"
    complete = parse(
        "CompleteMultipartUpload",
        f"<CompletedMultipartUpload>{part}</CompletedMultipartUpload>",
        query="uploadId=u",
    )
    assert complete["MultipartUpload"] == {"Parts": [{"ETag": "a", "PartNumber": 1}]}
    constraint = "<CreateBucketConstraint><LocationConstraint>EU</LocationConstraint></CreateBucketConstraint>"
    assert parse("CreateBucket", constraint)["CreateBucketConfiguration"] == {"LocationConstraint": "EU"}


# --- headers and query


@pytest.mark.parametrize(
    ("operation", "argument", "value", "message"),
    [
        ("ListObjectsV2", "max-keys", "blah", "Provided max-keys not an integer or within integer range"),
        ("ListObjects", "max-keys", "2147483648", "Provided max-keys not an integer or within integer range"),
        ("ListMultipartUploads", "max-uploads", "1.5", "Provided max-uploads not an integer or within integer range"),
        ("GetObject", "partNumber", "one", "Part number must be an integer between 1 and 10000, inclusive"),
        ("GetObject", "partNumber", "", "Part number must be an integer between 1 and 10000, inclusive"),
    ],
)
def test_the_error_of_an_invalid_integer_names_it(operation: str, argument: str, value: str, message: str) -> None:
    error = refused(operation, query=f"{argument}={value}")
    assert (error.code, error.message) == ("InvalidArgument", message)
    assert error.fields == {"ArgumentName": argument, "ArgumentValue": value}


def test_an_empty_limit_counts_as_absent() -> None:
    assert "MaxKeys" not in parse("ListObjectsV2", query="list-type=2&max-keys=")


def test_a_negative_limit_is_left_to_the_handler() -> None:
    assert parse("ListObjectsV2", query="list-type=2&max-keys=-1")["MaxKeys"] == -1


def test_the_error_of_an_invalid_retention_date_names_its_header() -> None:
    error = refused("PutObject", headers={"x-amz-object-lock-retain-until-date": "soon"})
    assert error.message == "The retain until date must be provided in ISO 8601 format"
    assert error.fields == {"ArgumentName": "x-amz-object-lock-retain-until-date", "ArgumentValue": "soon"}


def test_a_condition_with_an_invalid_date_is_ignored() -> None:
    assert "IfModifiedSince" not in parse("GetObject", headers={"if-modified-since": "soon"})


@pytest.mark.parametrize(
    "text", ["Fri, 03 Feb 2006 16:45:09 GMT", "2006-02-03T16:45:09Z", "Friday, 03-Feb-06 16:45:09 GMT"]
)
def test_dates_in_headers_are_http_dates_or_iso_dates(text: str) -> None:
    moment = datetime(2006, 2, 3, 16, 45, 9, tzinfo=timezone.utc)
    assert parse("GetObject", headers={"if-modified-since": text})["IfModifiedSince"] == moment


def test_expires_stays_the_text_that_was_sent() -> None:
    assert parse("PutObject", headers={"expires": "tomorrow"})["Expires"] == "tomorrow"
    assert parse("GetObject", query="response-expires=0")["ResponseExpires"] == "0"
    assert codec.of("GetObject").serialize({"Expires": "tomorrow", "Body": b""}).headers["Expires"] == "tomorrow"


def test_metadata_has_lower_case_names_and_unchanged_values() -> None:
    parsed = parse("PutObject", headers={"x-amz-meta-a": " b ", "x-amz-meta-": "c", "x-amz-metadata": "d"})
    assert parsed["Metadata"] == {"a": " b ", "": "c"}


def test_a_header_can_be_a_list() -> None:
    parsed = parse("GetObjectAttributes", headers={"x-amz-object-attributes": "ETag, ObjectSize,"})
    assert parsed["ObjectAttributes"] == ["ETag", "ObjectSize"]


def test_get_object_attributes_needs_attribute_names() -> None:
    for headers in ({}, {"x-amz-object-attributes": ""}):
        assert refused("GetObjectAttributes", headers=headers).code == "InvalidRequest"


def test_a_streaming_body_is_not_read() -> None:
    def chunks() -> Iterable[bytes]:
        yield pytest.fail("read")

    body = Body(chunks(), 3)
    request = Request("PUT", "https", "s3.amazonaws.com", "/bucket/key", "", {}, body)
    assert codec.of("PutObject").parse(request, Target(bucket="bucket", key="key"), {})["Body"] is body


# --- arbitrary input

_SOUP = """<Delete> </Delete> <Object> </Object> <Key> </Key> <Quiet> </Quiet> <a:b> </a:b> < > </ /> & &#0; &amp;
    <![CDATA[ ]]> <!-- --> <?xml?> k true a:b= xmlns:a='b' <AccessControlPolicy> </AccessControlPolicy> <Grantee>"""
_PIECES = st.sampled_from([*_SOUP.split(), "<!DOCTYPE a [", "<Grantee xsi:type='a'>", " ", "\x00"])
_BODIES = st.binary(max_size=60) | st.lists(_PIECES, max_size=14).map(lambda pieces: "".join(pieces).encode())
_OPERATIONS = st.sampled_from(IMPLEMENTED)
_WORDS = st.text(max_size=12) | st.sampled_from(["1", "-1", "true", "2030-01-01", "99999999999999999999", "\x00"])


@search(1500, repeatable=True)
@given(operation=_OPERATIONS, body=_BODIES)
def test_any_body_is_parsed_or_refused(operation: str, body: bytes) -> None:
    try:
        parsed = parse(operation, body)
    except S3Error as error:
        assert error.status == 400  # noqa: PT017 - S3Error is one of two good ends
    else:
        assert parsed.get("Bucket", "bucket") == "bucket"


@search(600, repeatable=True)
@given(operation=_OPERATIONS, words=st.lists(_WORDS, min_size=1), data=st.data())
def test_any_header_or_parameter_is_parsed_or_refused(operation: str, words: list[str], data: st.DataObject) -> None:
    names = {b.location: set[str]() for b in model.inputs(operation)}
    for binding in model.inputs(operation):
        names[binding.location].add(binding.name)
    text = data.draw(st.sampled_from(words))
    headers = {name.lower(): text for name in names.get("header", ())}
    query = dict.fromkeys(names.get("querystring", ()), text)
    request = Request("PUT", "https", "s3.amazonaws.com", "/", "", headers, Body(b""))
    try:
        codec.of(operation).parse(request, Target(bucket="bucket", key="key"), query)
    except S3Error as error:
        assert error.status == 400  # noqa: PT017 - S3Error is one of two good ends


# --- responses


def test_empty_members_are_written_and_none_is_left_out() -> None:
    response = codec.of("ListObjects").serialize({"Prefix": "", "Marker": None, "Contents": [], "EncodingType": None})
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Prefix></Prefix></ListBucketResult>'
    )
    tagging = codec.of("GetObjectTagging").serialize({"TagSet": [], "VersionId": ""})
    assert b"<TagSet></TagSet>" in _content(tagging.body)
    assert tagging.headers["x-amz-version-id"] == ""
    assert "x-amz-version-id" not in codec.of("GetObjectTagging").serialize({"TagSet": [], "VersionId": None}).headers


@pytest.mark.parametrize(
    "sizes", [(7, 7, 7), (7, 8, 7), (None, 7, 7), (7, None, None), (None, None, None), (0, 0, 0), (0, None, 0)]
)
def test_each_structure_of_a_list_has_its_own_members(sizes: tuple[int | None, ...]) -> None:
    owners = [None if size is None else {"ID": f"owner of {size}"} for size in sizes]
    contents = [{"Key": "a&b", "Size": size, "Owner": owner} for size, owner in zip(sizes, owners, strict=True)]
    written = b"".join(
        b"<Contents><Key>a&amp;b</Key>"
        + (b"" if size is None else b"<Size>%d</Size><Owner><ID>owner of %d</ID></Owner>" % (size, size))
        + b"</Contents>"
        for size in sizes
    )
    assert written in _content(codec.of("ListObjects").serialize({"Contents": contents}).body)


def _content(body: bytes | Body) -> bytes:
    assert isinstance(body, bytes)
    return body


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ("PutBucketPolicy", 204),
        ("PutBucketTagging", 204),
        ("PutBucketMetricsConfiguration", 204),
        ("DeleteBucketTagging", 204),
        ("PutObjectTagging", 200),
        ("DeleteObjects", 200),
    ],
)
def test_the_status_of_each_operation_is_the_recorded_one(operation: str, status: int) -> None:
    assert codec.of(operation).serialize({}).status == status


def test_a_handler_can_set_the_status() -> None:
    assert codec.of("GetObject").serialize({"Body": b"a"}, 206).status == 206


def test_a_response_has_its_length_and_xml_has_its_content_type() -> None:
    assert codec.of("PutObject").serialize({"ETag": '"a"'}).headers == {"ETag": '"a"', "Content-Length": "0"}
    versioning = codec.of("GetBucketVersioning").serialize({})
    assert versioning.headers == {
        "Content-Type": "application/xml",
        "Content-Length": str(len(_content(versioning.body))),
    }
    assert codec.of("GetBucketPolicy").serialize({"Policy": "{}"}).headers["Content-Type"] == "application/json"
    assert codec.of("HeadBucket").serialize({}).headers["Content-Type"] == "application/xml"
    assert codec.of("HeadObject").serialize({"ContentLength": 5}).headers["Content-Length"] == "5"


def test_a_streaming_body_is_passed_through() -> None:
    body = Body(iter([b"a", b"b"]), 2)
    response = codec.of("GetObject").serialize({"Body": body, "ContentType": "text/plain", "Metadata": {"a": "b"}})
    assert response.body is body
    assert response.headers == {"Content-Type": "text/plain", "x-amz-meta-a": "b", "Content-Length": "2"}
    assert "Content-Length" not in codec.of("GetObject").serialize({"Body": Body(iter([b"a"]))}).headers


def test_characters_that_xml_cannot_hold_are_written_as_references() -> None:
    body = _content(codec.of("ListObjects").serialize({"Prefix": "a\rb\x01\x1f\ufffe\t<&>\"'\x85é"}).body)
    assert "<Prefix>a&#13;b&#x1;&#x1f;&#xfffe;\t&lt;&amp;&gt;&quot;'\x85é</Prefix>".encode() in body


def test_deprecated_operations_are_read_and_written_as_their_successors() -> None:
    for name, successor in quirks.SUCCESSORS.items():
        assert model.is_deprecated(name)
        assert model.http(name) == model.http(successor)
    document = (
        "<NotificationConfiguration><CloudFunctionConfiguration><Id>i</Id><InvocationRole>r</InvocationRole>"
        "<CloudFunction>arn</CloudFunction><Event>s3:ObjectCreated:*</Event>"
        "</CloudFunctionConfiguration></NotificationConfiguration>"
    )
    configuration = parse("PutBucketNotification", document)["NotificationConfiguration"]
    assert configuration["LambdaFunctionConfigurations"] == [
        {"Id": "i", "LambdaFunctionArn": "arn", "Events": ["s3:ObjectCreated:*"]},
    ]
