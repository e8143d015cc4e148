"""Strings to sign: the documented examples, and whatever botocore's signers sign."""

from __future__ import annotations

from datetime import datetime, timezone
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore import auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from s3mock.errors import S3Error
from s3mock.http import Body, Request, parse_query
from s3mock.models import signing
from s3mock.wire import chunked, hosts
from s3mock.wire.signing import credential, v2, v4
from s3mock.wire.signing.chunks import ChunkVerifier
from s3mock.wire.signing.claim import Claim, basic_date
from tests.support.search import search

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
SCOPE = "20130524/us-east-1/s3/aws4_request"
EMPTY_SHA256 = sha256(b"").hexdigest()
HOST = "examplebucket.s3.amazonaws.com"


def claim_of(request: Request) -> Claim:
    """The claim of a request: its string to sign and the signature that it provides."""
    query = parse_query(request.query)
    signer = credential.credential(request, query)
    assert signer is not None
    assert signer.access_key == KEY
    if signer.algorithm == credential.V4:
        return v4.query_claim(request, query, signer) if signer.in_query else v4.header_claim(request, signer)
    target = hosts.parse(request.host, request.path)
    return v2.query_claim(request, query, target) if signer.in_query else v2.header_claim(request, target)


def is_right(claim: Claim) -> bool:
    if claim.scope is None:
        return claim.signature in [signing.version_2(SECRET, text) for text in (claim.string_to_sign, *claim.others)]
    return claim.signature == signing.version_4(SECRET, claim.scope, claim.string_to_sign)


def example(method: str, path: str, query: str, headers: dict[str, str], signature: str) -> Request:
    """A request of the page on Authorization headers, with the signature that it has there."""
    headers = {"host": HOST, "x-amz-date": "20130524T000000Z", "x-amz-content-sha256": EMPTY_SHA256} | headers
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={KEY}/{SCOPE},SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    )
    return Request(method, "https", HOST, path, query, headers)


PUT = {
    "date": "Fri, 24 May 2013 00:00:00 GMT",
    "x-amz-content-sha256": sha256(b"Welcome to Amazon S3.").hexdigest(),
    "x-amz-storage-class": "REDUCED_REDUNDANCY",
}


@pytest.mark.parametrize(
    "request_",
    [
        example(
            *("GET", "/test.txt", "", {"range": "bytes=0-9"}),
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        example(
            *("PUT", "/test%24file.text", "", PUT), "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        example("GET", "/", "lifecycle", {}, "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        example(
            *("GET", "/", "max-keys=2&prefix=J", {}), "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ],
    ids=["get", "put", "lifecycle", "list"],
)
def test_the_documented_authorization_headers_have_their_signatures(request_: Request) -> None:
    assert is_right(claim_of(request_))


def test_the_documented_presigned_url_has_its_signature() -> None:
    query = (
        f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={quote(f'{KEY}/{SCOPE}', safe='')}"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    )
    claim = claim_of(Request("GET", "https", HOST, "/test.txt", query, {"host": HOST}))
    assert is_right(claim)
    assert claim.canonical_request is not None
    assert claim.canonical_request.endswith(f"\nhost:{HOST}\n\nhost\nUNSIGNED-PAYLOAD")


V2_EXAMPLES = [
    ("GET", "/photos/puppy.jpg", {"date": "Tue, 27 Mar 2007 19:36:42 +0000"}, "qgk2+6Sv9/oM7G3qLEjTH1a1l1g="),
    (
        "PUT",
        "/photos/puppy.jpg",
        {"content-type": "image/jpeg", "content-length": "94328", "date": "Tue, 27 Mar 2007 21:15:45 +0000"},
        "iqRzw+ileNPu1fhspnRs8nOjjIA=",
    ),
    (
        "GET",
        "/?prefix=photos&max-keys=50&marker=puppy",
        {"date": "Tue, 27 Mar 2007 19:42:41 +0000", "user-agent": "Mozilla/5.0"},
        "m0WP8eCtspQl5Ahe6L1SozdX9YA=",
    ),
    ("GET", "/?acl", {"date": "Tue, 27 Mar 2007 19:44:46 +0000"}, "82ZHiFIjc+WbcwFKGUVEQspPn+0="),
]


@pytest.mark.parametrize(("method", "target", "headers", "provided"), V2_EXAMPLES)
def test_the_documented_version_2_examples_have_their_signatures(
    method: str, target: str, headers: dict[str, str], provided: str
) -> None:
    path, _, query = target.partition("?")
    headers = {
        "host": "awsexamplebucket1.s3.us-west-1.amazonaws.com",
        "authorization": f"AWS {KEY}:{provided}",
    } | headers
    assert is_right(claim_of(Request(method, "https", headers["host"], path, query, headers)))


# What minio-go and rclone sign, and botocore; S3 accepts both: https://github.com/minio/mc/issues/1579.
@pytest.mark.parametrize("resource", ["/bucket?acl", "/bucket/?acl", "/bucket?acl=", "/bucket/?acl="])
def test_version_2_signs_a_bucket_with_or_without_its_last_slash(resource: str) -> None:
    date = "Sun, 24 Jan 2016 23:59:26 GMT"
    signature = signing.version_2(SECRET, f"GET\n\n\n{date}\n{resource}")
    headers = {"host": "s3.amazonaws.com", "date": date, "authorization": f"AWS {KEY}:{signature}"}
    assert is_right(claim_of(Request("GET", "https", headers["host"], "/bucket", "acl=", headers)))
    assert not is_right(claim_of(Request("GET", "https", headers["host"], "/bucket/key", "acl=", headers)))
    assert not is_right(claim_of(Request("GET", "https", headers["host"], "/bucket", "cors=", headers)))


# Requests for botocore to sign. Paths and queries are already encoded; header values are valid in HTTP.
SEGMENTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
NAMES = st.from_regex(r"x-amz-[a-z][a-z0-9-]{0,8}", fullmatch=True).filter(
    lambda name: name not in ("x-amz-date", "x-amz-content-sha256", "x-amz-security-token")
)
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
FIELDS = st.lists(st.tuples(SEGMENTS, SEGMENTS), max_size=3) | st.just([("versionId", "a b"), ("acl", "")])


@st.composite
def unsigned(draw: st.DrawFn) -> AWSRequest:
    """A request of botocore before it is signed."""
    key = "/".join(draw(st.lists(SEGMENTS, min_size=1, max_size=4)))
    pairs = [f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in draw(FIELDS) if name]
    host = draw(st.sampled_from(["a-bucket.s3.amazonaws.com", "localhost:9000", "s3.eu-west-1.amazonaws.com"]))
    path = f"/{quote(key, safe='/~')}" if "bucket" in host else f"/a-bucket/{quote(key, safe='/~')}"
    url = f"https://{host}{path}" + (f"?{'&'.join(pairs)}" if pairs else "")
    method = draw(st.sampled_from(["GET", "PUT", "DELETE", "HEAD", "POST"]))
    headers = draw(st.dictionaries(NAMES, VALUES, max_size=3))
    if draw(st.booleans()):
        headers["Content-Type"] = draw(VALUES)
    request = AWSRequest(method, url, headers=headers, data=b"")
    request.auth_path = f"/a-bucket{path}" if "bucket" in host else None
    return request


def sent(request: Any, *, with_headers: bool = True) -> Request:
    """A signed request as it arrives."""
    split = urlsplit(request.url)
    path = request.url.partition("://")[2].partition("?")[0].partition("/")[2]
    headers = {name.lower(): value for name, value in request.headers.items()} if with_headers else {}
    return Request(request.method, "https", split.netloc, f"/{path}", split.query, {"host": split.netloc} | headers)


def credentials(token: str | None = None) -> Any:
    return Credentials(KEY, SECRET, token)


TOKENS = st.none() | st.just("a+token/=")


@search(150)
@given(unsigned(), TOKENS)
def test_headers_signed_by_botocore_have_the_calculated_signature(request: AWSRequest, token: str | None) -> None:
    auth.S3SigV4Auth(credentials(token), "s3", "eu-west-1").add_auth(request)
    assert is_right(claim_of(sent(request)))


@search(150)
@given(unsigned(), TOKENS)
def test_urls_presigned_by_botocore_have_the_calculated_signature(request: AWSRequest, token: str | None) -> None:
    del request.headers["Content-Type"]
    auth.S3SigV4QueryAuth(credentials(token), "s3", "eu-west-1", 60).add_auth(request)
    assert is_right(claim_of(sent(request)))


@search(150)
@given(unsigned(), TOKENS)
def test_headers_signed_in_version_2_have_the_calculated_signature(request: AWSRequest, token: str | None) -> None:
    auth.HmacV1Auth(credentials(token)).add_auth(request)
    assert is_right(claim_of(sent(request)))


@search(150)
@given(unsigned(), TOKENS)
def test_urls_presigned_in_version_2_have_the_calculated_signature(request: AWSRequest, token: str | None) -> None:
    auth.HmacV1QueryAuth(credentials(token), 60).add_auth(request)
    # Its headers are in the query, where they count as well.
    assert is_right(claim_of(sent(request, with_headers=False)))


def canonical(**changed: Any) -> str:
    arguments: dict[str, Any] = {"method": "GET", "path": "/", "query": "", "headers": {}, "payload": "hash"} | changed
    return v4.canonical_request(**arguments)


def test_the_canonical_path_is_encoded_once_and_not_normalized() -> None:
    assert canonical(path="/a//../b%2fc+%7Ed%20!é").split("\n")[1] == "/a//../b/c%2B~d%20%21%C3%A9"


def test_the_canonical_query_is_ordered_by_encoded_names_then_values() -> None:
    query = "b=2&a=%2f&a=+&c&B=1&é=1&X-Amz-Signature=1&&a%2Db=1"
    assert canonical(query=query).split("\n")[2] == "%C3%A9=1&B=1&a=%20&a=%2F&a-b=1&b=2&c="


def test_the_values_of_canonical_headers_are_trimmed() -> None:
    assert canonical(headers={"host": "h", "x-amz-meta-a": '  a   "b   c" '}).split("\n")[3:7] == [
        "host:h",
        'x-amz-meta-a:a "b c"',
        "",
        "host;x-amz-meta-a",
    ]


def test_the_subresources_of_version_2_are_ordered_and_decoded() -> None:
    query = "uploads&prefix=a&response-content-type=a%2Fb+c&acl&versionId=1"
    headers = {"authorization": f"AWS {KEY}:s", "x-amz-date": "then", "date": "now", "x-amz-meta-b": " b ", "host": "h"}
    request = Request("PUT", "https", "h", "/b/a%20b", query, headers)
    assert claim_of(request).string_to_sign.split("\n") == [
        *("PUT", "", "", "", "x-amz-date:then", "x-amz-meta-b:b"),
        "/b/a%20b?acl&response-content-type=a/b c&uploads&versionId=1",
    ]


# The example of the page on chunks: 65 KiB of "a" in chunks of 64 KiB.
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
CHUNKS = [
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
]


def verify(text: str, provided: str) -> None:
    signing.compare(KEY, provided, signing.version_4(SECRET, SCOPE, text), text)


def decoded(body: bytes, cut: int = 1000, trailer: str = "") -> bytes:
    """The content of a body in signed chunks that arrives in pieces of ``cut`` bytes."""
    kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" + ("-TRAILER" if trailer else "")
    headers = {"x-amz-content-sha256": kind, "x-amz-decoded-content-length": "66560", "x-amz-trailer": trailer}
    pieces = [body[start : start + cut] for start in range(0, len(body), cut)]
    request = Request("PUT", "https", HOST, "/key", "", headers, Body(pieces, len(body)))
    chunked.decode(request, ChunkVerifier("20130524T000000Z", SCOPE, SEED, verify))
    return request.body.read()


def framed(chunks: list[tuple[int, str]]) -> bytes:
    return b"".join(f"{size:x};chunk-signature={mark}\r\n{'a' * size}\r\n".encode() for size, mark in chunks)


@pytest.mark.parametrize("cut", [7, 1000, 65536, 1 << 20])
def test_the_documented_signed_chunks_have_their_signatures(cut: int) -> None:
    assert decoded(framed(CHUNKS), cut) == b"a" * 66560


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_chunk_with_another_chunks_signature_does_not_match(number: int) -> None:
    chunks = [*CHUNKS]
    chunks[number] = (CHUNKS[number][0], CHUNKS[number - 1][1])
    with pytest.raises(S3Error) as caught:
        decoded(framed(chunks))
    before = SEED if number == 0 else CHUNKS[number - 1][1]
    digest = sha256(b"a" * CHUNKS[number][0]).hexdigest()
    text = f"AWS4-HMAC-SHA256-PAYLOAD\n20130524T000000Z\n{SCOPE}\n{before}\n{EMPTY_SHA256}\n{digest}"
    assert caught.value.code == "SignatureDoesNotMatch"
    assert caught.value.fields == {
        "AWSAccessKeyId": KEY,
        "StringToSign": text,
        "SignatureProvided": CHUNKS[number - 1][1],
        "StringToSignBytes": text.encode().hex(" "),
    }


def test_a_changed_chunk_does_not_match() -> None:
    body = framed(CHUNKS)
    for place in (100, 65536 + 400):
        with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
            decoded(body[:place] + b"b" + body[place + 1 :])


def trailing(value: str, mark: str | None) -> bytes:
    signed_ = "" if mark is None else f"x-amz-trailer-signature:{mark}\r\n"
    return framed(CHUNKS)[:-2] + f"x-amz-checksum-crc32:{value}\r\n{signed_}\r\n".encode()


def test_the_trailer_is_signed_like_a_chunk() -> None:
    digest = sha256(b"x-amz-checksum-crc32:AAAAAA==\n").hexdigest()
    text = f"AWS4-HMAC-SHA256-TRAILER\n20130524T000000Z\n{SCOPE}\n{CHUNKS[-1][1]}\n{digest}"
    mark = signing.version_4(SECRET, SCOPE, text)
    assert decoded(trailing("AAAAAA==", mark), trailer="x-amz-checksum-crc32") == b"a" * 66560
    for value, wrong in (("AAAAAQ==", mark), ("AAAAAA==", SEED), ("AAAAAA==", None)):
        with pytest.raises(S3Error, match="SignatureDoesNotMatch"):
            decoded(trailing(value, wrong), trailer="x-amz-checksum-crc32")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20130524T000102Z", datetime(2013, 5, 24, 0, 1, 2, tzinfo=timezone.utc)),
        ("20131324T000000Z", None),
        ("20130524T000000", None),
        ("2013-05-24T00:00:00Z", None),
        ("٢0130524T000000Z", None),
        ("", None),
    ],
)
def test_dates_are_in_the_basic_format(text: str, moment: datetime | None) -> None:
    assert basic_date(text) == moment


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("x-amz-acl", True),
        ("X-Amz-Meta-A", True),
        ("x-amz-checksum-mode", True),
        ("If-None-Match", True),
        ("if-match", True),
        ("If-Modified-Since", False),
        ("X-Amz-Date", False),
        ("X-Amz-Security-Token", False),
        ("x-amz-checksum-crc32", False),
        ("X-Amz-Checksum-Sha256", False),
        ("x-amz-sdk-checksum-algorithm", False),
        ("acl", False),
        ("versionId", False),
    ],
)
def test_some_parameters_of_a_signed_query_are_headers(name: str, header: bool) -> None:
    assert credential.hoisted({name: "value"}) == ({name.lower(): "value"} if header else {})
