"""Whatever is sent, the answer is one of S3's: an error of the catalogue, never a traceback, and no 5xx but a 501."""

from __future__ import annotations

import re
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from s3mock.backend.cloud import Cloud
from s3mock.errors import CATALOGUE
from s3mock.gateway import handle
from s3mock.settings import Settings
from s3mock.wire import model
from s3mock.wire.http import Body, Request
from tests.asking import ask

CODE = re.compile(rb"<Error><Code>([^<]*)</Code>")

METHODS = st.sampled_from(["GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"])
PATHS = st.one_of(
    st.sampled_from(["/", "/a-bucket", "/a-bucket/", "/a-bucket/a-key", "/nowhere/a-key", "/a-bucket//", "/-/x"]),
    st.text(alphabet="/%2Fa-bucketé?\x00+ .", max_size=30).map(lambda text: "/" + text.replace("?", "")),
)
SUBRESOURCES = sorted({name for operation in model.operation_names() for name in model.http(operation).query})
PARAMETERS = sorted(
    {
        binding.name
        for operation in model.operation_names()
        for binding in model.inputs(operation)
        if binding.location == "querystring"
    }
)
TEXTS = st.one_of(
    st.sampled_from(["", "0", "1", "-1", "99999999999999999999", "true", "null", "*", "bytes=0-", "url", "AES256"]),
    st.text(alphabet="abc<>&=%/\"'\\:;, é\x7f0123456789-+*", max_size=12),
)
QUERIES = st.lists(st.tuples(st.sampled_from(SUBRESOURCES + PARAMETERS), st.none() | TEXTS), max_size=3).map(
    lambda fields: "&".join(name if value is None else f"{name}={value}" for name, value in fields)
)
HEADERS = sorted(
    {
        binding.name.lower()
        for operation in model.operation_names()
        for binding in model.inputs(operation)
        if binding.location == "header"
    }
    - {"content-length"}
    | {"authorization", "x-amz-content-sha256", "x-amz-trailer", "x-amz-decoded-content-length", "content-encoding"}
)
DOCUMENTS = st.sampled_from(
    [
        "<Delete><Object><Key>a</Key></Object></Delete>",
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
        "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
        "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint></CreateBucketConfiguration>",
        "<AccessControlPolicy><Owner><ID>x</ID></Owner><AccessControlList/></AccessControlPolicy>",
        "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>",
        '<!DOCTYPE a [<!ENTITY b "c">]><Tagging>&b;</Tagging>',
    ]
)
BODIES = st.one_of(
    st.binary(max_size=40),
    DOCUMENTS.map(str.encode),
    st.tuples(DOCUMENTS, st.integers(0, 80), st.binary(max_size=3)).map(
        lambda cut: cut[0].encode()[: cut[1]] + cut[2] + cut[0].encode()[cut[1] + 1 :]
    ),
    st.sampled_from(
        [b"5\r\nhello\r\n0\r\n\r\n", b"5;chunk-signature=x\r\nhello\r\n0;chunk-signature=y\r\n\r\n", b"zz\r\n"]
    ),
)


@pytest.fixture(scope="module")
def cloud() -> Cloud:
    cloud = Cloud(Settings())
    ask(cloud, "PUT", "/a-bucket")
    ask(cloud, "PUT", "/a-bucket/a-key", b"some bytes")
    return cloud


@settings(max_examples=1500, deadline=None)
@given(
    method=METHODS,
    path=PATHS,
    query=QUERIES,
    headers=st.dictionaries(st.sampled_from(HEADERS), TEXTS, max_size=3),
    body=BODIES,
)
def test_every_answer_is_s3s_whatever_is_sent(
    cloud: Cloud, method: str, path: str, query: str, headers: dict[str, str], body: bytes
) -> None:
    response = handle(cloud, Request(method, "https", "s3.amazonaws.com", path, query, dict(headers), Body(body)))
    content: Any = response.body if isinstance(response.body, bytes) else b"".join(response.body)
    told = CODE.search(content)
    if response.status >= 400 and method != "HEAD":
        assert told is not None
        assert told.group(1).decode() in CATALOGUE
    assert response.status < 500 or (response.status == 501 and (told is None or told.group(1) == b"NotImplemented"))
    assert response.headers["Server"] == "AmazonS3"
