"""Users, roles and sessions: what their policies allow, with and without a bucket policy, and the errors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from s3mock import mock_s3
from s3mock.errors import S3Error
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3

US, THEM, ARN = "123456789012", "444455556666", "arn:aws:s3:::a-bucket"


def statement(action: Any, resource: Any = f"{ARN}/*", effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource, **elements}


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


READ = policy(statement("s3:GetObject"))


@pytest.fixture
def strict() -> Iterator[S3]:
    """The control object of an S3 with strict access between accounts, and an object "k" in "a-bucket"."""
    with mock_s3(allow_crossaccount_access=False) as mock:
        mock.client(region_name="us-east-1").create_bucket(Bucket="a-bucket")
        mock.client().put_object(Bucket="a-bucket", Key="k", Body=b"body")
        yield mock


def attach(mock: S3, *statements: dict[str, Any]) -> None:
    """Set the bucket policy."""
    mock.client().put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(policy(*statements)))


def denied_because(who: str, action: str, resource: str, because: str) -> Any:
    """Expect an AccessDenied that gives this reason."""
    message = f'User: {who} is not authorized to perform: {action} on resource: "{resource}" {because}'
    return refused("AccessDenied", 403, Message=message)


def test_a_user_can_do_what_its_policies_allow(strict: S3) -> None:
    ann: S3Client = strict.client(**strict.add_principal("ann", [READ, json.dumps(policy(statement("s3:Delete*")))]))
    assert ann.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"body"
    who = f"arn:aws:iam::{US}:user/ann"
    because = "because no identity-based policy allows the {} action"
    with denied_because(who, "s3:PutObject", f"{ARN}/k", because.format("s3:PutObject")):
        ann.put_object(Bucket="a-bucket", Key="k")
    with denied_because(who, "s3:ListBucket", ARN, because.format("s3:ListBucket")):
        ann.list_objects_v2(Bucket="a-bucket")
    with denied_because(who, "s3:ListBucket", ARN, because.format("s3:ListBucket")):
        ann.get_object(Bucket="a-bucket", Key="not-there")
    message = f"User: {who} is not authorized to perform: s3:ListAllMyBuckets {because.format('s3:ListAllMyBuckets')}"
    with refused("AccessDenied", 403, Message=message):
        ann.list_buckets()
    with denied_because(who, "s3:CreateBucket", "arn:aws:s3:::mine", because.format("s3:CreateBucket")):
        ann.create_bucket(Bucket="mine")
    ann.delete_object(Bucket="a-bucket", Key="k")


def test_a_refusal_names_the_deny_of_the_callers_policy(strict: S3) -> None:
    everything, secret = statement("s3:*", "*"), statement("s3:*", f"{ARN}/secret/*", "Deny")
    ann: S3Client = strict.client(**strict.add_principal("ann", [policy(everything, secret)]))
    ann.put_object(Bucket="a-bucket", Key="open")
    because = "with an explicit deny in an identity-based policy"
    with denied_because(f"arn:aws:iam::{US}:user/ann", "s3:PutObject", f"{ARN}/secret/k", because):
        ann.put_object(Bucket="a-bucket", Key="secret/k")
    ann.create_bucket(Bucket="mine")


def test_a_bucket_policy_is_enough_for_a_user_it_names_but_not_for_an_account(strict: S3) -> None:
    ann: S3Client = strict.client(**strict.add_principal("ann"))
    attach(strict, statement("s3:GetObject", Principal={"AWS": US}))
    with refused("AccessDenied", 403):
        ann.get_object(Bucket="a-bucket", Key="k")
    attach(strict, statement("s3:GetObject", Principal={"AWS": f"arn:aws:iam::{US}:user/ann"}))
    ann.get_object(Bucket="a-bucket", Key="k")


def test_between_accounts_both_sides_must_allow(strict: S3) -> None:
    able: S3Client = strict.client(**strict.add_principal("ann", [READ], account=THEM))
    unable: S3Client = strict.client(**strict.add_principal("bob", account=THEM))
    for client in (able, unable):
        with refused("AccessDenied", 403, Message="Access Denied"):
            client.get_object(Bucket="a-bucket", Key="k")
    attach(strict, statement("s3:GetObject", Principal={"AWS": THEM}))
    able.get_object(Bucket="a-bucket", Key="k")
    with refused("AccessDenied", 403, Message="Access Denied"):
        unable.get_object(Bucket="a-bucket", Key="k")


def test_an_acl_on_a_new_object_requires_permission_in_ones_own_policies(strict: S3) -> None:
    ann: S3Client = strict.client(**strict.add_principal("ann", [policy(statement("s3:PutObject"))]))
    ann.put_object(Bucket="a-bucket", Key="new")
    because = "because no identity-based policy allows the s3:PutObjectAcl action"
    with denied_because(f"arn:aws:iam::{US}:user/ann", "s3:PutObjectAcl", f"{ARN}/new", because):
        ann.put_object(Bucket="a-bucket", Key="new", ACL="bucket-owner-full-control")
    other: S3Client = strict.client(aws_access_key_id=THEM, aws_secret_access_key="any")
    full_control = {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}
    attach(strict, statement("s3:PutObject", Principal={"AWS": THEM}, Condition=full_control))
    other.put_object(Bucket="a-bucket", Key="new", ACL="bucket-owner-full-control")
    with refused("AccessDenied", 403, Message="Access Denied"):
        other.put_object(Bucket="a-bucket", Key="new")


def test_a_role_is_a_session_and_can_be_named_by_either_arn(strict: S3) -> None:
    credentials = strict.add_principal(f"arn:aws:iam::{US}:role/team/reader", [READ])
    role: S3Client = strict.client(**credentials)
    role.get_object(Bucket="a-bucket", Key="k")
    session = f"arn:aws:sts::{US}:assumed-role/reader/s3mock"
    for named in (session, f"arn:aws:iam::{US}:role/team/reader"):
        attach(strict, statement("s3:GetObject", effect="Deny", Principal={"AWS": named}))
        with denied_because(session, "s3:GetObject", f"{ARN}/k", "with an explicit deny in a resource-based policy"):
            role.get_object(Bucket="a-bucket", Key="k")


def test_a_session_policy_limits_a_session(strict: S3) -> None:
    everything = policy(statement("s3:*", "*"))
    role: S3Client = strict.client(**strict.add_principal("role/admin", [everything], session_policies=[READ]))
    role.get_object(Bucket="a-bucket", Key="k")
    because = "because no session policy allows the s3:PutObject action"
    with denied_because(f"arn:aws:sts::{US}:assumed-role/admin/s3mock", "s3:PutObject", f"{ARN}/k", because):
        role.put_object(Bucket="a-bucket", Key="k")


def test_temporary_credentials_have_a_token_and_expire(strict: S3) -> None:
    credentials = strict.add_principal("role/reader", [READ], seconds=900)
    strict.client(**credentials).get_object(Bucket="a-bucket", Key="k")
    with refused("InvalidToken", 400):
        strict.client(**{**credentials, "aws_session_token": "another"}).get_object(Bucket="a-bucket", Key="k")
    del credentials["aws_session_token"]
    with refused("InvalidAccessKeyId", 403):
        strict.client(**credentials).get_object(Bucket="a-bucket", Key="k")
    ending: S3Client = strict.client(**strict.add_principal("role/reader", [READ], seconds=900))
    strict.clock.advance(seconds=901)
    with refused("ExpiredToken", 400):
        ending.get_object(Bucket="a-bucket", Key="k")


def test_the_caller_is_in_condition_keys(strict: S3) -> None:
    home = statement(["s3:GetObject", "s3:PutObject"], f"{ARN}/home/${{aws:username}}/*")
    ann: S3Client = strict.client(**strict.add_principal("ann", [policy(home)]))
    ann.put_object(Bucket="a-bucket", Key="home/ann/k")
    with refused("AccessDenied", 403):
        ann.put_object(Bucket="a-bucket", Key="home/bob/k")
    only = {"StringNotEquals": {"aws:PrincipalOrgID": "o-1"}}
    attach(strict, statement("s3:*", [ARN, f"{ARN}/*"], "Deny", Principal="*", Condition=only))
    with refused("AccessDenied", 403):
        ann.put_object(Bucket="a-bucket", Key="home/ann/k")
    member: S3Client = strict.client(**strict.add_principal("ann", [policy(home)], keys={"aws:PrincipalOrgID": "o-1"}))
    member.put_object(Bucket="a-bucket", Key="home/ann/k")


def test_a_policy_that_locks_its_writer_out_must_be_confirmed(strict: S3) -> None:
    ann: S3Client = strict.client(**strict.add_principal("ann", [policy(statement("s3:*", "*"))]))
    locked = json.dumps(policy(statement("s3:PutBucketPolicy", ARN, "Deny", Principal="*")))
    with refused("AccessDenied", 403):
        ann.put_bucket_policy(Bucket="a-bucket", Policy=locked)
    ann.put_bucket_policy(Bucket="a-bucket", Policy=locked, ConfirmRemoveSelfBucketAccess=True)
    with refused("AccessDenied", 403):
        ann.put_bucket_policy(Bucket="a-bucket", Policy=locked)


@pytest.mark.parametrize("name", ["arn:aws:iam::1:user/ann", "arn:aws:s3:::b", "group/admins"])
def test_an_invalid_principal_cannot_be_added(strict: S3, name: str) -> None:
    with pytest.raises(ValueError, match="is no user, role or session"):
        strict.add_principal(name)
    with pytest.raises(S3Error, match="Missing required field Statement"):
        strict.add_principal("ann", ["{}"])


def test_a_principal_is_not_added_to_an_invalid_account(strict: S3) -> None:
    for account in ("", "1234"):
        with pytest.raises(ValueError, match="is no user, role or session"):
            strict.add_principal("ann", account=account)


def test_explain_names_the_deciding_statement(strict: S3) -> None:
    credentials = strict.add_principal("ann", [policy(statement("s3:GetObject", Sid="read"))])
    ann = f"arn:aws:iam::{US}:user/ann"
    explanation = strict.explain("s3:GetObject", f"{ARN}/k", by=credentials)
    assert str(explanation) == (
        f"{ann} may s3:GetObject on {ARN}/k, because an identity-based policy allows the s3:GetObject action: "
        'statement "read"'
    )
    attach(
        strict, statement("s3:*", effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    )
    assert strict.explain("s3:GetObject", f"{ARN}/k", by=ann).allowed
    explanation = strict.explain("s3:GetObject", f"{ARN}/k", by=ann, keys={"aws:SecureTransport": "false"})
    assert (explanation.allowed, explanation.because) == (False, "with an explicit deny in a resource-based policy")
    assert explanation.statement is not None
    assert explanation.statement.number == 1
    assert strict.explain("s3:PutBucketPolicy", ARN, by=US).because == "because it is the root of the account"
    assert not strict.explain("s3:GetObject", f"{ARN}/k").allowed
    assert not strict.explain("s3:ListAllMyBuckets", "*", by=ann).allowed
    with pytest.raises(S3Error, match="NoSuchBucket"):
        strict.explain("s3:ListBucket", "arn:aws:s3:::no-such-bucket", by=ann)


def test_an_explanation_is_true_if_the_action_is_allowed(strict: S3) -> None:
    ann = strict.add_principal("ann", [READ])
    strict.client().put_object(Bucket="a-bucket", Key="a:b/c", Body=b"")
    assert strict.explain("s3:getobject", f"{ARN}/a:b/c", by=ann)
    assert not strict.explain("s3:PutObject", f"{ARN}/a:b/c", by=ann)
    for name in (US, f"arn:aws:iam::{US}:root", "S3MOCKACCESSKEY", {"aws_access_key_id": "S3MOCKACCESSKEY"}):
        assert strict.explain("s3:ListBucket", ARN, by=name)


def test_the_keys_of_the_settings_can_be_explained() -> None:
    with mock_s3(credentials={"AKIAUS": "secret"}, accounts={"AKIATHEM": THEM}) as mock:
        assert mock.explain("s3:ListAllMyBuckets", "*", by="AKIAUS").who == f"arn:aws:iam::{US}:root"
        assert mock.explain("s3:ListAllMyBuckets", "*", by="AKIATHEM").who == f"arn:aws:iam::{THEM}:root"


@pytest.mark.parametrize(
    "by", ["AKIATYPO", f"arn:aws:iam::{US}:user/bob", f"arn:aws:iam::{US}", "12345", "", {"aws_secret_access_key": "x"}]
)
def test_explain_refuses_an_unknown_caller_and_names_the_known_ones(strict: S3, by: Any) -> None:
    strict.add_principal("ann")
    with pytest.raises(
        ValueError, match=f"is no caller of this S3, which knows every account and arn:aws:iam::{US}:user/ann, S3MOCK"
    ):
        strict.explain("s3:GetObject", f"{ARN}/k", by=by)


@pytest.mark.parametrize("action", ["s3:GetObjekt", "GetObject", "s3:*", "s3:Get*", "", "ec2:RunInstances"])
def test_explain_refuses_an_action_that_s3_does_not_have(strict: S3, action: str) -> None:
    with pytest.raises(ValueError, match="S3 has no action"):
        strict.explain(action, f"{ARN}/k", by=US)


@pytest.mark.parametrize(
    "resource",
    ["a-bucket", "a-bucket/k", "arn:aws:s3:::", "arn:aws:s3:::*", "arn:aws:sqs:us-east-1:1:q", "s3://a/b", ""],
)
def test_explain_refuses_a_resource_that_is_not_of_s3(strict: S3, resource: str) -> None:
    with pytest.raises(ValueError, match="is not the ARN of a bucket"):
        strict.explain("s3:GetObject", resource, by=US)


@pytest.mark.parametrize(("action", "resource"), [("s3:GetObject", ARN), ("s3:ListBucket", f"{ARN}/k")])
def test_explain_refuses_a_resource_of_another_kind_than_the_actions(strict: S3, action: str, resource: str) -> None:
    with pytest.raises(ValueError, match="is the ARN of another resource"):
        strict.explain(action, resource, by=US)


@pytest.mark.parametrize("policies", [READ, json.dumps(READ), [READ], (json.dumps(READ),)])
def test_one_policy_needs_no_list(strict: S3, policies: Any) -> None:
    limits = READ if policies is READ else [json.dumps(READ)]
    for credentials in (
        strict.add_principal("ann", policies),
        strict.add_principal("role/reader", READ, session_policies=limits),
    ):
        client: S3Client = strict.client(**credentials)
        assert client.get_object(Bucket="a-bucket", Key="k")["Body"].read() == b"body"
        with refused("AccessDenied", 403):
            client.put_object(Bucket="a-bucket", Key="k")


def test_the_keys_of_a_removed_principal_are_refused(strict: S3) -> None:
    ann, bob = strict.add_principal("ann", READ), strict.add_principal("bob", READ)
    client: S3Client = strict.client(**ann)
    strict.remove_principal(ann)
    with refused("InvalidAccessKeyId", 403, AWSAccessKeyId=ann["aws_access_key_id"]):
        client.get_object(Bucket="a-bucket", Key="k")
    strict.client(**bob).get_object(Bucket="a-bucket", Key="k")
    with pytest.raises(ValueError, match="is no caller"):
        strict.explain("s3:GetObject", f"{ARN}/k", by=ann)
    for principal in (ann, "ann", {}, f"arn:aws:iam::{US}:user/ann"):
        with pytest.raises(ValueError, match="no principal with the ARN or access key"):
            strict.remove_principal(principal)
    strict.client(**strict.add_principal("ann", READ)).get_object(Bucket="a-bucket", Key="k")


def test_a_principal_is_removed_by_its_key_or_a_role_with_all_its_sessions(strict: S3) -> None:
    ann, one, other = (strict.add_principal(name, READ) for name in ("ann", "role/reader", "role/reader"))
    strict.remove_principal(ann["aws_access_key_id"])
    strict.remove_principal(f"arn:aws:iam::{US}:role/reader")
    for credentials in (ann, one, other):
        with refused("InvalidAccessKeyId", 403):
            strict.client(**credentials).get_object(Bucket="a-bucket", Key="k")
