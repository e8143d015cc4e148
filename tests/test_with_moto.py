"""mock_s3 beside moto's mock_aws: s3mock serves S3 and moto the rest, in any order of starting and stopping."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import moto.core.models
import moto.kms.models
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from s3mock import mock_s3
from s3mock.process.real_calls import RealCallError
from s3mock.server import S3MockServer
from tests.support.beside_moto import ORDERS, beside_moto
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from s3mock.control import S3

REAL = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
}
STOP, ANSWER = moto.core.models.MockAWS.stop, BotocoreStubber.__call__


@pytest.fixture(autouse=True, params=["real credentials", "no credentials"])
def _as_before(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in REAL.items():
        if request.param == "real credentials":
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name, raising=False)
    session = boto3.session.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", session)
    environment = dict(os.environ)
    yield
    assert {name: os.environ.get(name) for name in REAL} == {name: environment.get(name) for name in REAL}
    assert boto3.DEFAULT_SESSION is session
    assert (moto.core.models.MockAWS.stop, BotocoreStubber.__call__) == (STOP, ANSWER)


def s3_is_ours(mock: Any, client: Any = None) -> bool:
    client = client or boto3.client("s3")
    client.create_bucket(Bucket="photos")
    exists = mock.cloud.find_bucket("photos") is not None
    client.delete_bucket(Bucket="photos")
    return exists


def sqs_is_motos() -> bool:
    queue: str = boto3.client("sqs", "us-east-1").create_queue(QueueName="queue")["QueueUrl"]
    return queue == "https://sqs.us-east-1.amazonaws.com/123456789012/queue"


def test_mock_s3_works_inside_mock_aws() -> None:
    with mock_aws():
        with mock_s3() as s3:
            assert s3_is_ours(s3)
            assert sqs_is_motos()
        boto3.client("s3").create_bucket(Bucket="photos")
        assert "photos" in moto.backends.get_backend("s3")["123456789012"]["aws"].buckets


def test_mock_aws_works_inside_mock_s3() -> None:
    with mock_s3() as s3:
        with mock_aws():
            assert s3_is_ours(s3)
            assert sqs_is_motos()
        assert s3_is_ours(s3)
        with pytest.raises(RealCallError):
            sqs_is_motos()


def test_mock_aws_can_start_first_and_stop_first() -> None:
    theirs, ours = mock_aws(), mock_s3()
    theirs.start()
    s3 = ours.start()
    assert s3_is_ours(s3)
    theirs.stop()
    assert s3_is_ours(s3)
    with pytest.raises((RealCallError, NoCredentialsError)):  # moto has removed its credentials from the environment
        sqs_is_motos()
    ours.stop()


def test_mock_s3_can_start_first_and_stop_first() -> None:
    theirs, ours = mock_aws(), mock_s3()
    s3 = ours.start()
    theirs.start()
    assert s3_is_ours(s3)
    ours.stop()
    assert sqs_is_motos()
    boto3.client("s3").create_bucket(Bucket="photos")
    assert "photos" in moto.backends.get_backend("s3")["123456789012"]["aws"].buckets
    theirs.stop()


def test_mock_s3_can_restart_inside_mock_aws() -> None:
    theirs, ours = mock_aws(), mock_s3()
    ours.start()
    theirs.start()
    ours.stop()
    s3 = ours.start()
    assert s3_is_ours(s3)
    theirs.stop()
    assert s3_is_ours(s3)
    ours.stop()


def test_both_decorators_work_in_either_order() -> None:
    @mock_aws
    @mock_s3
    def inner() -> bool:
        with mock_s3() as s3:
            return sqs_is_motos() and s3_is_ours(s3)

    @mock_s3
    @mock_aws
    def outer() -> bool:
        with mock_s3() as s3:
            return sqs_is_motos() and s3_is_ours(s3)

    assert inner()
    assert outer()


def test_an_s3_client_made_under_either_mock_uses_mock_s3() -> None:
    with mock_aws():
        client = boto3.client("s3")
        with mock_s3() as s3:
            assert s3_is_ours(s3, client)


def test_credentials_from_motos_sts_can_sign_requests() -> None:
    with mock_aws(), mock_s3() as s3:
        role = boto3.client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/any", RoleSessionName="any")
        given = role["Credentials"]
        client = boto3.client(
            "s3",
            aws_access_key_id=given["AccessKeyId"],
            aws_secret_access_key=given["SecretAccessKey"],
            aws_session_token=given["SessionToken"],
        )
        assert s3_is_ours(s3, client)


def test_moto_can_be_imported_while_mock_s3_is_active() -> None:
    program = """
import boto3, sys
from s3mock import mock_s3
with mock_s3() as s3:
    early = boto3.client("s3")
    early.create_bucket(Bucket="early")
    assert "moto" not in sys.modules
    from moto import mock_aws
    with mock_aws():
        boto3.client("s3").create_bucket(Bucket="late")
        boto3.client("sqs", "us-east-1").create_queue(QueueName="queue")
        early.create_bucket(Bucket="later")
    print(*[bucket.name for bucket in s3.resource().buckets.all()])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["early", "late", "later"]


# What moto's services make exists for our S3, in whichever order the mocks start.

THEM = "111122223333"
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"}]}


@pytest.fixture(params=ORDERS)
def both(request: pytest.FixtureRequest) -> Iterator[S3]:
    """The control object of an S3 with a bucket "photos", which verifies all signatures, beside moto."""
    with beside_moto(request.param, allow_crossaccount_access=False, verify_signatures="all") as s3:
        s3.client().put_object(Bucket="photos", Key="a-key", Body=b"body")
        yield s3


def assume(role: str, account: str = THEM, **more: Any) -> dict[str, Any]:
    """The keywords of a client that has assumed a role."""
    arn = f"arn:aws:iam::{account}:role/{role}"
    given = boto3.client("sts").assume_role(RoleArn=arn, RoleSessionName="me", **more)["Credentials"]
    names = {"AccessKeyId": "access_key_id", "SecretAccessKey": "secret_access_key", "SessionToken": "session_token"}
    return {f"aws_{ours}": given[theirs] for theirs, ours in names.items()}


def user(*policies: Any) -> dict[str, Any]:
    """The keywords of a client of the new user ann, who has an inline policy, if any."""
    iam = boto3.client("iam")
    iam.create_user(UserName="ann")
    for policy in policies:
        iam.put_user_policy(UserName="ann", PolicyName="inline", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    return {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}


def test_a_role_of_another_account_acts_as_that_account_and_role(both: S3) -> None:
    credentials = assume("reader")
    client = boto3.client("s3", **credentials)
    client.create_bucket(Bucket="theirs")
    assert both.cloud.find_bucket("theirs").account.id == THEM  # type: ignore[union-attr]
    session = f"arn:aws:sts::{THEM}:assumed-role/reader/me"
    assert boto3.client("sts", **credentials).get_caller_identity()["Arn"] == session
    with refused("AccessDenied", 403):
        client.get_object(Bucket="photos", Key="a-key")
    for named in (session, f"arn:aws:iam::{THEM}:role/reader"):
        statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Principal": {"AWS": named}}]}
        both.client().put_bucket_policy(Bucket="photos", Policy=json.dumps(policy))
        assert client.get_object(Bucket="photos", Key="a-key")["Body"].read() == b"body"
        with refused("AccessDenied", 403):
            client.delete_object(Bucket="photos", Key="a-key")
    explanation = both.explain("s3:GetObject", "arn:aws:s3:::photos/a-key", by=credentials)
    assert (bool(explanation), explanation.who) == (True, session)
    assert both.explain("s3:GetObject", "arn:aws:s3:::photos/a-key", by=credentials["aws_access_key_id"])


def test_a_session_of_moto_is_verified_and_expires(both: S3) -> None:
    credentials = assume("any", DurationSeconds=900)
    boto3.client("s3", **credentials).list_buckets()
    with refused("SignatureDoesNotMatch", 403):
        boto3.client("s3", **{**credentials, "aws_secret_access_key": "wrong"}).list_buckets()
    with refused("InvalidToken", 400):
        boto3.client("s3", **{**credentials, "aws_session_token": "wrong"}).list_buckets()
    with refused("InvalidAccessKeyId", 403):
        boto3.client("s3", **{**credentials, "aws_session_token": None}).list_buckets()
    both.clock.advance(seconds=901)
    with refused("ExpiredToken", 400):
        boto3.client("s3", **credentials).list_buckets()


def test_the_policies_in_motos_iam_limit_its_principals(both: S3) -> None:
    iam = boto3.client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(TRUST))
    client = boto3.client("s3", **assume("reader", "123456789012"))
    client.put_object(Bucket="photos", Key="a-key", Body=b"body")  # it has no policy yet
    arn = iam.create_policy(PolicyName="read", PolicyDocument=json.dumps(READ))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
    client.get_object(Bucket="photos", Key="a-key")
    who = "arn:aws:sts::123456789012:assumed-role/reader/me"
    because = "because no identity-based policy allows the s3:PutObject action"
    message = f'User: {who} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::photos/k" {because}'
    with refused("AccessDenied", 403, Message=message):
        client.put_object(Bucket="photos", Key="k")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=json.dumps(READ).replace("Get", "Put"), SetAsDefault=True)
    client.put_object(Bucket="photos", Key="k")
    nothing = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    limited = boto3.client("s3", **assume("reader", "123456789012", Policy=json.dumps(nothing)))
    with refused("AccessDenied", 403):
        limited.put_object(Bucket="photos", Key="k")


def test_a_key_that_only_motos_iam_knows_acts_as_its_user(both: S3) -> None:
    credentials = user(READ)
    client, key = boto3.client("s3", **credentials), credentials["aws_access_key_id"]
    client.get_object(Bucket="photos", Key="a-key")
    with refused("AccessDenied", 403) as refusal:
        client.put_object(Bucket="photos", Key="a-key")
    assert refusal.error["Message"].startswith("User: arn:aws:iam::123456789012:user/ann is not authorized")
    assert both.explain("s3:GetObject", "arn:aws:s3:::photos/a-key", by=key)
    assert not both.explain("s3:PutObject", "arn:aws:s3:::photos/a-key", by=key)
    with refused("SignatureDoesNotMatch", 403):
        boto3.client("s3", **{**credentials, "aws_secret_access_key": "wrong"}).list_buckets()
    iam = boto3.client("iam")
    iam.create_group(GroupName="writers")
    iam.add_user_to_group(GroupName="writers", UserName="ann")
    iam.put_group_policy(
        GroupName="writers", PolicyName="write", PolicyDocument=json.dumps(READ).replace("GetObject", "PutObject")
    )
    client.put_object(Bucket="photos", Key="a-key")
    iam.update_access_key(UserName="ann", AccessKeyId=key, Status="Inactive")
    with refused("InvalidAccessKeyId", 403, AWSAccessKeyId=key):
        client.get_object(Bucket="photos", Key="a-key")


def test_motos_keys_mean_nothing_after_its_end() -> None:
    with mock_s3() as s3:
        with mock_aws():
            credentials = user()
            assert s3.explain("s3:ListAllMyBuckets", "*", by=credentials)
        with pytest.raises(ValueError, match="is no caller"):
            s3.explain("s3:ListAllMyBuckets", "*", by=credentials)
        boto3.client("s3", **credentials).list_buckets()


def test_access_points_of_motos_s3control_lead_to_our_buckets(both: S3) -> None:
    control, s3 = boto3.client("s3control"), boto3.client("s3")
    made = control.create_access_point(AccountId=THEM, Name="theirs", Bucket="photos")
    arn, alias = made["AccessPointArn"], made["Alias"]
    for name in (arn, alias):
        assert s3.get_object(Bucket=name, Key="a-key")["Body"].read() == b"body"
    with refused("BucketHasAccessPointsAttached", 400):
        s3.delete_bucket(Bucket="photos")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{arn}/object/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    control.put_access_point_policy(AccountId=THEM, Name="theirs", Policy=policy)
    with refused("AccessDenied", 403):
        s3.get_object(Bucket=alias, Key="a-key")
    assert not both.explain("s3:GetObject", f"{arn}/object/a-key", by="123456789012")
    control.delete_access_point_policy(AccountId=THEM, Name="theirs")
    s3.get_object(Bucket=arn, Key="a-key")
    above = both.add_object_lambda("above", arn, print)
    assert s3.head_object(Bucket=above.arn, Key="a-key")["ContentLength"] == 4
    control.delete_access_point(AccountId=THEM, Name="theirs")
    with refused("NoSuchAccessPoint", 404):
        s3.get_object(Bucket=arn, Key="a-key")
    s3.delete_object(Bucket="photos", Key="a-key")
    s3.delete_bucket(Bucket="photos")


def test_a_vpc_and_a_missing_bucket_of_motos_access_points_count(both: S3) -> None:
    control, s3 = boto3.client("s3control"), boto3.client("s3")
    within = control.create_access_point(
        AccountId=THEM, Name="within", Bucket="photos", VpcConfiguration={"VpcId": "vpc-1"}
    )
    with refused("AccessDenied", 403):
        s3.get_object(Bucket=within["AccessPointArn"], Key="a-key")
    ann = both.add_principal("ann", READ, keys={"aws:SourceVpc": "vpc-1"})
    both.client(**ann).get_object(Bucket=within["Alias"], Key="a-key")
    nowhere = control.create_access_point(AccountId=THEM, Name="nowhere", Bucket="no-such-bucket")
    with refused("NoSuchBucket", 404):
        s3.get_object(Bucket=nowhere["AccessPointArn"], Key="a-key")
    refused_by_s3 = control.create_access_point(AccountId=THEM, Name="UPPER", Bucket="photos")
    with refused("InvalidAccessPointAliasError", 400):
        s3.get_object(Bucket=refused_by_s3["Alias"], Key="a-key")


# Keys of moto's kms, in the states that aws_recorded test_s3_sse_validate_kms_key_state has.

SSE: Any = {"ServerSideEncryption": "aws:kms"}


def test_a_key_of_kms_must_exist_to_be_used(both: S3) -> None:
    s3, kms = both.client(), boto3.client("kms", "us-east-1")
    made = kms.create_key()["KeyMetadata"]
    kms.create_alias(AliasName="alias/mine", TargetKeyId=made["KeyId"])
    for name in (made["KeyId"], made["Arn"], "alias/mine", "arn:aws:kms:us-east-1:123456789012:alias/mine"):
        assert s3.put_object(Bucket="photos", Key="k", SSEKMSKeyId=name, **SSE)["SSEKMSKeyId"] == made["Arn"]
    managed = s3.put_object(Bucket="photos", Key="k", **SSE)["SSEKMSKeyId"]
    assert kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"] == managed
    missing = "12345678-1234-1234-1234-123456789012"
    no_key = f"Key 'arn:aws:kms:us-east-1:123456789012:key/{missing}' does not exist"
    with refused("KMS.NotFoundException", 400, Message=no_key):
        s3.put_object(Bucket="photos", Key="k", SSEKMSKeyId=missing, **SSE)
    theirs = made["Arn"].replace("123456789012", THEM)
    with refused("KMS.NotFoundException", 400, Message=f"Key '{theirs}' does not exist"):
        s3.copy_object(Bucket="photos", Key="k", CopySource="photos/a-key", SSEKMSKeyId=theirs, **SSE)
    no_alias = "Alias arn:aws:kms:us-east-1:123456789012:alias/none is not found."
    with refused("KMS.NotFoundException", 400, Message=no_alias):
        s3.create_multipart_upload(Bucket="photos", Key="k", SSEKMSKeyId="alias/none", **SSE)
    default: Any = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": missing}}
    s3.put_bucket_encryption(Bucket="photos", ServerSideEncryptionConfiguration={"Rules": [default]})
    with refused("KMS.NotFoundException", 400, Message=no_key):
        s3.put_object(Bucket="photos", Key="k")


@pytest.mark.parametrize("state", ["Disabled", "PendingDeletion", "Unavailable"])
def test_a_key_of_kms_must_be_enabled_to_be_used(both: S3, state: str) -> None:
    s3, kms = both.client(), boto3.client("kms", "us-east-1")
    made = kms.create_key()["KeyMetadata"]
    arn, key_id = made["Arn"], made["KeyId"]
    s3.put_object(Bucket="photos", Key="k", Body=b"body", SSEKMSKeyId=arn, **SSE)
    place = {"Bucket": "photos", "Key": "parts"}
    upload = {**place, "UploadId": s3.create_multipart_upload(**place, SSEKMSKeyId=arn, **SSE)["UploadId"]}
    part = {"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=b"body")["ETag"]}
    if state == "Disabled":
        kms.disable_key(KeyId=key_id)
        error = ("KMS.DisabledException", f"{arn} is disabled.")
    elif state == "PendingDeletion":
        kms.schedule_key_deletion(KeyId=key_id)
        error = ("KMS.KMSInvalidStateException", f"{arn} is pending deletion.")
    else:
        moto.kms.models.kms_backends["123456789012"]["us-east-1"].describe_key(arn).key_state = state
        message = "The request was rejected because the state of the specified resource is not valid for this request."
        error = ("KMS.KMSInvalidStateException", message)
    update: Any = {"SSEKMS": {"KMSKeyArn": arn}}
    calls: dict[str, Callable[[], Any]] = {
        "get": lambda: s3.get_object(Bucket="photos", Key="k"),
        "put": lambda: s3.put_object(Bucket="photos", Key="k", SSEKMSKeyId=arn, **SSE),
        "copy it": lambda: s3.copy_object(Bucket="photos", Key="copy", CopySource="photos/k"),
        "copy to it": lambda: s3.copy_object(
            Bucket="photos", Key="k", CopySource="photos/a-key", SSEKMSKeyId=arn, **SSE
        ),
        "update": lambda: s3.update_object_encryption(Bucket="photos", Key="a-key", ObjectEncryption=update),
        "create": lambda: s3.create_multipart_upload(**place, SSEKMSKeyId=arn, **SSE),
        "part": lambda: s3.upload_part(**upload, PartNumber=2, Body=b"body"),
        "copy a part": lambda: s3.upload_part_copy(**upload, PartNumber=2, CopySource="photos/a-key"),
        "complete": lambda: s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [part]}),
    }
    for call in calls.values():
        with refused(error[0], 400, Message=error[1]):
            call()
    assert s3.head_object(Bucket="photos", Key="k")["SSEKMSKeyId"] == arn
    if state == "PendingDeletion":
        kms.cancel_key_deletion(KeyId=key_id)
    kms.enable_key(KeyId=key_id)
    for call in calls.values():
        call()


def test_without_motos_kms_every_key_is_enabled() -> None:
    key = "12345678-1234-1234-1234-123456789012"
    with mock_s3() as s3:
        s3.client().create_bucket(Bucket="photos")
        s3.client().put_object(Bucket="photos", Key="k", SSEKMSKeyId=key, **SSE)
        with mock_aws():
            s3.client().get_object(Bucket="photos", Key="k")  # its key is from before


def test_a_policy_must_name_principals_that_exist(both: S3) -> None:
    s3, iam = both.client(), boto3.client("iam")
    user(), iam.create_role(RoleName="reader", Path="/team/", AssumeRolePolicyDocument=json.dumps(TRUST))
    assume("visitor")
    both.add_principal("role/ours", READ)
    account = "arn:aws:iam::123456789012"
    exist = (
        *("*", THEM, f"arn:aws:iam::{THEM}:root", f"{account}:user/ann", f"{account}:role/team/reader"),
        *(f"{account}:role/ours", f"arn:aws:iam::{THEM}:role/visitor"),
        f"arn:aws:sts::{THEM}:assumed-role/visitor/me",
        "arn:aws:sts::123456789012:assumed-role/reader/anyone",
        "arn:aws:sts::123456789012:federated-user/anyone",
        "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
    )
    do_not = (
        *(f"{account}:user/bob", f"{account}:role/reader", f"{account}:role/ann", f"arn:aws:iam::{THEM}:user/ann"),
        "arn:aws:sts::123456789012:assumed-role/visitor/me",
        f"arn:aws:sts::{THEM}:assumed-role/nobody/me",
    )
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::photos/*"}
    for arn in exist + do_not:
        for element in ("Principal", "NotPrincipal"):
            if element == "NotPrincipal" and arn == "*":
                continue
            written = [{**statement, element: {"AWS": [THEM, arn]}}]
            policy = json.dumps({"Version": "2012-10-17", "Statement": written})
            if arn in exist:
                s3.put_bucket_policy(Bucket="photos", Policy=policy)
            else:
                with refused("MalformedPolicy", 400, Message="Invalid principal in policy", Detail=f'"AWS" : "{arn}"'):
                    s3.put_bucket_policy(Bucket="photos", Policy=policy)


def test_a_server_in_the_process_knows_what_moto_made() -> None:
    with mock_aws(), S3MockServer() as server:
        credentials = assume("reader")
        client = boto3.client("s3", "us-east-1", endpoint_url=server.endpoint_url, **credentials)
        client.create_bucket(Bucket="theirs")
        assert server.cloud.find_bucket("theirs").account.id == THEM  # type: ignore[union-attr]
        with refused("InvalidToken", 400):
            wrong = {**credentials, "aws_session_token": "wrong"}
            boto3.client("s3", "us-east-1", endpoint_url=server.endpoint_url, **wrong).list_buckets()
