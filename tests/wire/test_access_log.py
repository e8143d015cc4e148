"""The fields of a log record that describe how a request was authenticated."""

from __future__ import annotations

import pytest

from s3mock.http import Credential, Request, Response, Target
from s3mock.wire import access_log
from s3mock.wire.signing.credential import V2, V4, V4A


@pytest.mark.parametrize(
    ("signer", "expected"),
    [
        (None, ("-", "-")),
        (Credential(V2, "AKIDEXAMPLE"), ("SigV2", "AuthHeader")),
        (Credential(V4, "AKIDEXAMPLE"), ("SigV4", "AuthHeader")),
        (Credential(V4A, "AKIDEXAMPLE"), ("SigV4", "AuthHeader")),
        (Credential(V2, "AKIDEXAMPLE", in_query=True), ("SigV2", "QueryString")),
        (Credential(V4, "AKIDEXAMPLE", in_query=True), ("SigV4", "QueryString")),
    ],
)
def test_a_log_record_has_the_signature_version_of_the_credential(
    signer: Credential | None, expected: tuple[str, str]
) -> None:
    # Without a credential, the Authorization header is one that could not be read: the request is unauthenticated.
    request = Request("GET", "https", "s3.amazonaws.com", "/a-bucket/key", "", {"authorization": "AWS4-HMAC-SHA256 x"})
    fields = access_log.fields(request, Response(200, {}), Target(bucket="a-bucket", key="key"), {}, signer, "")
    assert (fields["signature_version"], fields["authentication_type"]) == expected
    assert fields["operation"] == "REST.GET.OBJECT"
