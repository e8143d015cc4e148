"""The caller of a request is the same principal wherever S3 shows it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import access_logs, notifications
from tests.support.responses import refused

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

US, THEM = "123456789012", "444455556666"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}

# The caller: its principal for `add_principal` (None for a root user), its account, its ARN, that of its PrincipalArn,
# and the name that is shown with its ARN (None where its account is shown by its canonical id).
CALLERS = [
    (None, US, f"arn:aws:iam::{US}:root", f"arn:aws:iam::{US}:root", None),
    (None, THEM, f"arn:aws:iam::{THEM}:root", f"arn:aws:iam::{THEM}:root", None),
    ("ann", US, f"arn:aws:iam::{US}:user/ann", f"arn:aws:iam::{US}:user/ann", "ann"),
    ("ann", THEM, f"arn:aws:iam::{THEM}:user/ann", f"arn:aws:iam::{THEM}:user/ann", "ann"),
    ("role/x", US, f"arn:aws:sts::{US}:assumed-role/x/s3mock", f"arn:aws:iam::{US}:role/x", "x/s3mock"),
]


@pytest.mark.parametrize(("name", "account", "arn", "principal_arn", "shown"), CALLERS, ids=[row[2] for row in CALLERS])
def test_the_caller_is_the_same_in_logs_events_acls_uploads_policies_and_explain(
    mock: S3, s3: S3Client, bucket: str, name: str | None, account: str, arn: str, principal_arn: str, shown: str | None
) -> None:
    access_logs.create_target(s3)
    access_logs.put(s3, bucket)
    notifications.notify(s3, bucket, notifications.to(notifications.QUEUE))
    credentials: dict[str, Any] = {}
    if name is not None:
        credentials = mock.add_principal(name, EVERYTHING, account=account)
    elif account != US:
        credentials = {"aws_access_key_id": account, "aws_secret_access_key": "any"}
    client: S3Client = mock.client(region_name="us-east-1", **credentials)

    client.put_object(Bucket=bucket, Key="a-key")
    client.create_multipart_upload(Bucket=bucket, Key="upload")
    canonical_id = client.list_buckets()["Owner"]["ID"]
    mock.deliver_logs()

    # Whose account: the owner of the object.
    assert client.get_object_acl(Bucket=bucket, Key="a-key")["Owner"]["ID"] == canonical_id
    # Who: the log and the upload name a user or a session by its ARN, a root user by its account's canonical id.
    (line,) = (line for line in access_logs.lines(s3) if line["operation"] == "REST.PUT.OBJECT")
    (upload,) = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    if shown is None:
        assert (line["requester"], upload["Initiator"]) == (canonical_id, {"ID": canonical_id})
    else:
        assert (line["requester"], upload["Initiator"]) == (arn, {"ID": arn, "DisplayName": shown})
    # The event has the unique id of the user, or of the role with its session; that of a root user is its account's.
    principal_id = mock.events[0].record["userIdentity"]["principalId"]
    user_id = principal_id.removeprefix("AWS:")
    if shown is None:
        user_id = account
        assert not principal_id.startswith("AWS:")
    # A policy knows it by these keys; a refusal and an explanation name it.
    keys = {"aws:PrincipalArn": principal_arn, "aws:userid": user_id, "aws:PrincipalAccount": account}
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    deny["Condition"] = {"StringEquals": keys}  # type: ignore[assignment]
    allow = {**deny, "Effect": "Allow", "Action": "s3:PutObject", "Principal": {"AWS": arn}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny, allow]}))
    client.put_object(Bucket=bucket, Key="a-key")
    with refused("AccessDenied", 403) as refusal:
        client.get_object(Bucket=bucket, Key="a-key")
    if account == US:
        assert refusal.error["Message"].startswith(f"User: {arn} is not authorized to perform: s3:GetObject")
    by = credentials or account
    explanation = mock.explain("s3:GetObject", f"arn:aws:s3:::{bucket}/a-key", by=by)
    assert (explanation.allowed, explanation.who) == (False, arn)
    assert mock.explain("s3:PutObject", f"arn:aws:s3:::{bucket}/a-key", by=by)
