"""Access points and Multi-Region Access Points: other names for a bucket."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from s3mock import mock_s3
from s3mock.errors import S3Error
from s3mock.http import Body, Request
from s3mock.models.access_points import DNS_SUFFIXES, AccessPoint, MultiRegionAccessPoint
from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
from s3mock.models.account import account
from s3mock.transports import adapter
from s3mock.wire import hosts
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from s3mock.control import S3


@pytest.fixture
def point(mock: S3, bucket: str) -> AccessPoint:
    """An access point of an empty bucket."""
    return mock.add_access_point("a-point", bucket)


def test_an_access_points_arn_and_alias_work_wherever_a_bucket_name_does(
    s3: S3Client, bucket: str, point: AccessPoint
) -> None:
    s3.put_object(Bucket=point.arn, Key="a/ü key", Body=b"bytes", Metadata={"a": "b"})
    for name in (point.arn, point.alias, bucket):
        assert s3.get_object(Bucket=name, Key="a/ü key")["Body"].read() == b"bytes"
        assert s3.head_object(Bucket=name, Key="a/ü key")["Metadata"] == {"a": "b"}
        assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=name, Prefix="a/")["Contents"]] == ["a/ü key"]
    s3.delete_objects(Bucket=point.alias, Delete={"Objects": [{"Key": "a/ü key"}]})
    assert s3.list_object_versions(Bucket=point.arn).get("Versions") is None


def test_the_names_of_an_access_point_are_formed_as_in_the_user_guide(point: AccessPoint) -> None:
    assert point.arn == "arn:aws:s3:us-east-1:123456789012:accesspoint/a-point"
    assert point.host == "a-point-123456789012.s3-accesspoint.us-east-1.amazonaws.com"
    assert re.fullmatch(r"a-point-[a-z2-7]{29}use1a-s3alias", point.alias)


@pytest.mark.parametrize("region", ["us-east-1", "ap-northeast-2", "us-gov-west-1", "eusc-de-east-1", "mine"])
@pytest.mark.parametrize("name", ["abc", "x" * 50, "a-name-of-more-than-twenty-characters", "nineteen-characters-long"])
def test_an_alias_could_be_a_bucket_in_a_host(name: str, region: str) -> None:
    alias = AccessPoint(name, "bucket", account("123456789012"), region).alias
    assert re.fullmatch(r"[a-z0-9-]{20,63}", alias)
    assert alias.endswith("-s3alias")
    assert alias[:3] == name[:3]


@pytest.mark.parametrize("partition", sorted(DNS_SUFFIXES))
def test_the_host_of_an_access_point_is_read_as_its_arn(partition: str) -> None:
    owner, region = account("123456789012"), "us-gov-east-1" if partition == "aws-us-gov" else "xx-east-1"
    point = AccessPoint("a-point", "bucket", owner, region, partition)
    above = ObjectLambdaAccessPoint("above", point, print)
    everywhere = MultiRegionAccessPoint("everywhere", ("bucket",), owner, "aws" if region != "xx-east-1" else partition)
    assert hosts.parse(point.host, "/key").bucket == point.arn
    assert hosts.parse(above.host, "/key").bucket == above.arn
    assert hosts.parse(everywhere.host, "/key").bucket in everywhere.names


def test_head_bucket_reports_whether_an_alias_was_used(s3: S3Client, bucket: str, point: AccessPoint) -> None:
    responses = {name: s3.head_bucket(Bucket=name) for name in (bucket, point.arn, point.alias)}
    assert [response["AccessPointAlias"] for response in responses.values()] == [False, False, True]
    assert {response["BucketRegion"] for response in responses.values()} == {"us-east-1"}


def test_an_upload_through_an_access_point_returns_the_buckets_name(
    s3: S3Client, bucket: str, point: AccessPoint
) -> None:
    # "Does not return the access point ARN or access point alias if used." (CreateMultipartUpload and its sisters)
    upload: dict[str, Any] = {"Bucket": point.arn, "Key": "a-key"}
    created = s3.create_multipart_upload(**upload)
    upload["UploadId"] = created["UploadId"]
    part = s3.upload_part(**upload, PartNumber=1, Body=b"part")
    listed = s3.list_parts(**upload)
    uploads = s3.list_multipart_uploads(Bucket=point.alias)
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert created["Bucket"] == listed["Bucket"] == uploads["Bucket"] == done["Bucket"] == bucket
    assert done["Location"] == f"https://{point.host}/a-key"
    created = s3.create_multipart_upload(Bucket=point.alias, Key="a-key")
    upload = {"Bucket": point.alias, "Key": "a-key", "UploadId": created["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=b"part")
    done = s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert done["Location"] == f"https://{point.alias}.s3.amazonaws.com/a-key"


@pytest.mark.parametrize("style", ["path", "virtual"])
def test_a_custom_endpoint_finds_access_points_by_alias_and_by_label(
    mock: S3, bucket: str, point: AccessPoint, style: str
) -> None:
    settings: Any = {"addressing_style": style}
    config = Config(s3=settings)
    client = mock.client(region_name="us-east-1", endpoint_url="http://localhost:9000", config=config)
    client.put_object(Bucket=point.alias, Key="a-key", Body=b"by alias")
    assert client.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"by alias"
    if style == "virtual":
        assert client.get_object(Bucket=point.arn, Key="a-key")["Body"].read() == b"by alias"


def test_a_bucket_named_like_an_access_point_is_found_at_a_custom_endpoint(
    mock: S3, s3: S3Client, point: AccessPoint
) -> None:
    s3.create_bucket(Bucket="a-point-123456789012")
    client = mock.client(region_name="us-east-1", endpoint_url="http://localhost:9000")
    client.put_object(Bucket="a-point-123456789012", Key="a-key")
    assert s3.list_objects_v2(Bucket=point.arn)["KeyCount"] == 0


def test_the_same_name_is_another_access_point_in_another_region_or_account(
    s3: S3Client, mock: S3, point: AccessPoint
) -> None:
    s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    there = mock.add_access_point("a-point", "elsewhere")
    theirs = mock.add_access_point("a-point", "elsewhere", account="210987654321")
    assert there.arn == "arn:aws:s3:eu-west-1:123456789012:accesspoint/a-point"
    assert theirs.arn == "arn:aws:s3:eu-west-1:210987654321:accesspoint/a-point"
    assert len({point.alias, there.alias, theirs.alias}) == 3
    s3.put_object(Bucket=theirs.arn, Key="a-key")
    assert s3.list_objects_v2(Bucket=there.alias)["KeyCount"] == 1
    assert s3.list_objects_v2(Bucket=point.alias)["KeyCount"] == 0


def test_access_points_of_another_partition_lead_to_its_buckets(mock: S3) -> None:
    client = mock.client(region_name="cn-north-1")
    client.create_bucket(Bucket="chinese", CreateBucketConfiguration={"LocationConstraint": "cn-north-1"})
    point = mock.add_access_point("a-point", "chinese")
    assert point.host == "a-point-123456789012.s3-accesspoint.cn-north-1.amazonaws.com.cn"
    client.put_object(Bucket=point.arn, Key="a-key")
    assert client.list_objects_v2(Bucket=point.alias)["KeyCount"] == 1


@pytest.mark.parametrize("name", ["ab", "x" * 51, "-abc", "abc-", "Abc", "a.bc", "a_bc", "abc-s3alias", "äbc", ""])
def test_an_invalid_access_point_name_is_refused(mock: S3, bucket: str, name: str) -> None:
    with pytest.raises(S3Error, match="InvalidAccessPoint"):
        mock.add_access_point(name, bucket)


@pytest.mark.parametrize("account_id", ["", "1234", "12345678901x", "1234567890123"])
def test_an_access_point_belongs_to_an_account(mock: S3, bucket: str, account_id: str) -> None:
    with pytest.raises(S3Error, match="InvalidAccessPoint"):
        mock.add_access_point("a-point", bucket, account=account_id)


def test_an_access_point_requires_a_bucket_and_is_created_once(mock: S3, bucket: str, point: AccessPoint) -> None:
    with pytest.raises(S3Error, match="NoSuchBucket"):
        mock.add_access_point("b-point", "nowhere")
    with pytest.raises(S3Error, match="AccessPointAlreadyOwnedByYou"):
        mock.add_access_point(point.name, bucket)


def test_an_arn_of_a_missing_access_point_is_no_such_access_point(s3: S3Client, point: AccessPoint) -> None:
    arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/b-point"
    message = "The specified accesspoint does not exist"
    with refused("NoSuchAccessPoint", 404, Message=message, AccessPointName="b-point"):
        s3.get_object(Bucket=arn, Key="a-key")
    with refused("NoSuchAccessPoint", 404, AccessPointName="a-point"):
        s3.get_object(Bucket=point.arn.replace("us-east-1", "eu-west-1"), Key="a-key")
    with refused("NoSuchAccessPoint", 404, AccessPointName="a-point"):
        s3.get_object(Bucket=point.arn.replace(":s3:", ":s3-object-lambda:"), Key="a-key")


def test_there_are_no_access_points_on_outposts(s3: S3Client) -> None:
    arn = "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01ac5d28a6a232904/accesspoint/a-point"
    with refused("NoSuchAccessPoint", 404, AccessPointName="a-point"):
        s3.get_object(Bucket=arn, Key="a-key")


@pytest.mark.parametrize("alias", ["a-point-abc-s3alias", "a-point-abc--ol-s3"])
def test_an_alias_of_a_missing_access_point_has_its_own_error(s3: S3Client, alias: str) -> None:
    with refused("InvalidAccessPointAliasError", 400):
        s3.get_object(Bucket=alias, Key="a-key")


def test_an_arn_in_the_path_does_not_name_a_bucket(mock: S3, point: AccessPoint) -> None:
    # The slash ends the bucket's name. (https://github.com/fluent/fluent-bit/issues/7904)
    request = Request("GET", "https", "s3.amazonaws.com", f"/{point.arn}/a-key")
    body = adapter.answer(mock.cloud, request).body
    assert isinstance(body, bytes)
    assert b"<Code>InvalidBucketName</Code>" in body
    assert b"<BucketName>arn:aws:s3:us-east-1:123456789012:accesspoint</BucketName>" in body


def test_access_points_refuse_unsigned_requests(mock: S3, point: AccessPoint) -> None:
    client = mock.client(region_name="us-east-1", config=Config(signature_version=UNSIGNED))
    for name in (point.arn, point.alias):
        with refused("AccessDenied", 403):
            client.list_objects_v2(Bucket=name)


def test_a_bucket_is_neither_changed_nor_deleted_through_an_access_point(s3: S3Client, point: AccessPoint) -> None:
    with refused("MethodNotAllowed", 405, Method="PUT", ResourceType="ACCESSPOINT"):
        s3.put_bucket_versioning(Bucket=point.arn, VersioningConfiguration={"Status": "Enabled"})
    with refused("MethodNotAllowed", 405, Method="DELETE", ResourceType="ACCESSPOINT"):
        s3.delete_bucket(Bucket=point.alias)
    # botocore accepts no ARN for GetBucketLocation
    assert s3.get_bucket_location(Bucket=point.alias)["LocationConstraint"] is None
    assert s3.get_bucket_acl(Bucket=point.alias)["Grants"]


def test_the_expected_owner_is_compared_with_the_buckets_owner(s3: S3Client, mock: S3, bucket: str) -> None:
    theirs = mock.add_access_point("theirs", bucket, account="210987654321")
    s3.list_objects_v2(Bucket=theirs.arn, ExpectedBucketOwner="123456789012")
    with refused("AccessDenied", 403):
        s3.list_objects_v2(Bucket=theirs.arn, ExpectedBucketOwner="210987654321")


def test_a_bucket_with_access_points_cannot_be_deleted(s3: S3Client, mock: S3, bucket: str, point: AccessPoint) -> None:
    with refused("BucketHasAccessPointsAttached", 400):
        s3.delete_bucket(Bucket=bucket)
    mock.remove_access_point(point)
    s3.delete_bucket(Bucket=bucket)
    with refused("NoSuchAccessPoint", 404):
        s3.list_objects_v2(Bucket=point.arn)
    with refused("InvalidAccessPointAliasError", 400):
        s3.list_objects_v2(Bucket=point.alias)
    with pytest.raises(S3Error, match="NoSuchAccessPoint"):
        mock.remove_access_point(point)


def test_an_object_lambda_access_point_fails_without_its_supporting_access_point(
    s3: S3Client, mock: S3, bucket: str, point: AccessPoint
) -> None:
    above = mock.add_object_lambda("above", point, print)
    mock.remove_access_point(point)
    with refused("NoSuchAccessPoint", 404, AccessPointName="a-point"):
        s3.get_object(Bucket=above.arn, Key="a-key")
    s3.delete_bucket(Bucket=bucket)


def test_a_reset_removes_access_points(mock: S3, bucket: str, point: AccessPoint) -> None:
    mock.reset()
    mock.client(region_name="us-east-1").create_bucket(Bucket=bucket)
    assert mock.add_access_point(point.name, bucket) == point


@pytest.mark.parametrize("name", ["arn", "alias"])
def test_an_object_is_copied_from_an_access_point(s3: S3Client, bucket: str, point: AccessPoint, name: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="a/ü object/key", Body=b"old")
    s3.put_object(Bucket=bucket, Key="a/ü object/key", Body=b"new")
    source: Any = {"Bucket": getattr(point, name), "Key": "a/ü object/key"}
    s3.copy_object(Bucket=point.arn, Key="copy", CopySource=source)
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"new"
    s3.copy_object(Bucket=point.alias, Key="copy", CopySource=source | {"VersionId": old["VersionId"]})
    assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == b"old"
    upload: Any = {"Bucket": point.arn, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    assert s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]


@pytest.mark.parametrize("name", ["arn", "alias"])
def test_a_copy_from_an_access_point_is_subject_to_its_policy(s3: S3Client, mock: S3, bucket: str, name: str) -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject"}
    arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/closed"
    statement["Resource"] = f"{arn}/object/secret/*"
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    closed = mock.add_access_point("closed", bucket, policy=policy)
    assert closed.arn == arn
    for key in ("secret/a-key", "a-key"):
        s3.put_object(Bucket=bucket, Key=key)
    source: Any = {"Bucket": getattr(closed, name), "Key": "secret/a-key"}
    upload: Any = {"Bucket": bucket, "Key": "parts"}
    upload["UploadId"] = s3.create_multipart_upload(**upload)["UploadId"]
    with refused("AccessDenied", 403):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    with refused("AccessDenied", 403):
        s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source | {"Key": "a-key"})
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source | {"Bucket": bucket})


def test_object_lambda_obeys_the_policy_of_its_supporting_access_point(s3: S3Client, mock: S3, bucket: str) -> None:
    arn = "arn:aws:s3:us-east-1:123456789012:accesspoint/closed"
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": f"{arn}/object/kept/*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    above = mock.add_object_lambda("above", mock.add_access_point("closed", bucket, policy=policy), print)
    for key in ("kept/a-key", "a-key"):
        s3.put_object(Bucket=bucket, Key=key)
    with refused("AccessDenied", 403) as refusal:
        s3.delete_object(Bucket=above.arn, Key="kept/a-key")
    assert f'"{arn}/object/kept/a-key" with an explicit deny in an access point' in refusal.error["Message"]
    s3.delete_object(Bucket=above.arn, Key="a-key")
    assert [entry["Key"] for entry in s3.list_objects_v2(Bucket=above.arn)["Contents"]] == ["kept/a-key"]


def test_permission_through_object_lambda_alone_does_not_allow_direct_use(
    s3: S3Client, mock: S3, bucket: str, point: AccessPoint
) -> None:
    s3.put_object(Bucket=bucket, Key="a-key")
    above = mock.add_object_lambda("above", point, print)
    condition = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["s3-object-lambda.amazonaws.com"]}}
    statement = {"Effect": "Allow", "Action": "s3:Get*", "Resource": f"{point.arn}/object/*", "Condition": condition}
    ann = mock.client(**mock.add_principal("ann", [{"Version": "2012-10-17", "Statement": statement}]))
    ann.head_object(Bucket=above.arn, Key="a-key")
    for name in (point.arn, bucket):
        with refused("403", 403):
            ann.head_object(Bucket=name, Key="a-key")


def test_a_form_is_posted_to_an_access_point(mock: S3, s3: S3Client, bucket: str, point: AccessPoint) -> None:
    post = s3.generate_presigned_post(point.alias, "a-key")
    fields = post["fields"] | {"file": "bytes"}
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    headers = {"content-type": "multipart/form-data; boundary=x"}
    url, body = urlsplit(post["url"]), Body("".join([*parts, "--x--\r\n"]).encode())
    assert (
        adapter.answer(mock.cloud, Request("POST", url.scheme, url.netloc, url.path, headers=headers, body=body)).status
        == 204
    )
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"bytes"


def test_copies_through_an_access_point_stay_in_its_region(
    s3: S3Client, mock: S3, bucket: str, point: AccessPoint
) -> None:
    s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    there = mock.add_access_point("there", "elsewhere")
    s3.put_object(Bucket=bucket, Key="a-key")
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket="elsewhere", Key="copy", CopySource={"Bucket": point.arn, "Key": "a-key"})
    with refused("InvalidRequest", 400):
        s3.copy_object(Bucket=there.arn, Key="copy", CopySource=f"{bucket}/a-key")
    s3.copy_object(Bucket="elsewhere", Key="copy", CopySource=f"{bucket}/a-key")


def test_a_multi_region_access_point_leads_to_its_first_bucket(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="elsewhere", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    point = mock.add_multi_region_access_point("everywhere", bucket, "elsewhere")
    assert re.fullmatch(r"arn:aws:s3::123456789012:accesspoint/[a-z2-7]{13}\.mrap", point.arn)
    assert point.host == f"{point.alias}.accesspoint.s3-global.amazonaws.com"
    s3.put_object(Bucket=point.arn, Key="a-key", Body=b"bytes")
    assert s3.get_object(Bucket=bucket, Key="a-key")["Body"].read() == b"bytes"
    assert s3.list_objects_v2(Bucket=point.arn)["Name"] == bucket
    s3.copy_object(Bucket=point.arn, Key="copy", CopySource=f"{bucket}/a-key")
    with refused("BucketHasAccessPointsAttached", 400):
        s3.delete_bucket(Bucket="elsewhere")
    mock.remove_access_point(point)
    s3.delete_bucket(Bucket="elsewhere")


def test_a_multi_region_access_point_is_neither_a_copy_source_nor_a_bucket(s3: S3Client, mock: S3, bucket: str) -> None:
    point = mock.add_multi_region_access_point("everywhere", bucket)
    s3.put_object(Bucket=bucket, Key="a-key")
    with refused("NotImplemented", 501, Header="x-amz-copy-source"):
        s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": point.arn, "Key": "a-key"})
    with refused("MethodNotAllowed", 405, Method="GET", ResourceType="ACCESSPOINT"):
        s3.get_bucket_acl(Bucket=point.arn)
    with refused("NoSuchBucket", 404):  # "The alias and ARN cannot be used interchangeably." (User Guide)
        s3.list_objects_v2(Bucket=point.alias)


def test_a_multi_region_arn_of_a_missing_access_point_has_its_own_error(s3: S3Client) -> None:
    with refused("NoSuchMultiRegionAccessPoint", 404):
        s3.get_object(Bucket="arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap", Key="a-key")


def test_a_multi_region_access_point_has_one_bucket_per_region(s3: S3Client, mock: S3, bucket: str) -> None:
    s3.create_bucket(Bucket="b-bucket")
    with pytest.raises(ValueError, match="one bucket in each"):
        mock.add_multi_region_access_point("everywhere", bucket, "b-bucket")
    with pytest.raises(ValueError, match="one bucket in each"):
        mock.add_multi_region_access_point("everywhere")


VPC = "vpc-1a2b3c4d"


def allow(principal: str, action: str, resource: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.mark.parametrize("by", [lambda point: point, lambda point: point.arn, lambda point: point.alias])
def test_the_policy_of_an_access_point_can_change(by: Callable[[AccessPoint], Any]) -> None:
    with mock_s3(allow_crossaccount_access=False) as mock:
        client: S3Client = mock.client(region_name="us-east-1")
        client.create_bucket(Bucket="a-bucket")
        delegation = allow("*", "s3:GetObject", "arn:aws:s3:::a-bucket/*")
        delegation["Statement"][0]["Condition"] = {"StringEquals": {"s3:DataAccessPointAccount": "123456789012"}}
        client.put_bucket_policy(Bucket="a-bucket", Policy=json.dumps(delegation))
        client.put_object(Bucket="a-bucket", Key="a-key", Body=b"body")
        point = mock.add_access_point("a-point", "a-bucket")
        above = mock.add_object_lambda("above", point, print)
        them: S3Client = mock.client(aws_access_key_id="210987654321", aws_secret_access_key="any")
        reading = allow("210987654321", "s3:GetObject", f"{point.arn}/object/*")
        for policy in (reading, json.dumps(reading)):
            changed = mock.put_access_point_policy(by(point), policy)
            assert changed.policy is not None
            assert them.get_object(Bucket=point.arn, Key="a-key")["Body"].read() == b"body"
            assert them.head_object(Bucket=above.arn, Key="a-key")["ContentLength"] == 4
            assert mock.put_access_point_policy(by(changed), None) == point
            for name in (point.arn, above.arn):
                with pytest.raises(ClientError, match="403"):
                    them.head_object(Bucket=name, Key="a-key")
        with pytest.raises(S3Error, match="MalformedPolicy"):
            mock.put_access_point_policy(by(point), {"Version": "2012-10-17"})
        with pytest.raises(TypeError, match="is not an access point of one bucket"):
            mock.put_access_point_policy(by(above), None)  # type: ignore[arg-type]
        mock.remove_access_point(point)
        with pytest.raises(S3Error, match=r"NoSuchAccessPoint|InvalidAccessPointAliasError"):
            mock.put_access_point_policy(by(point), None)


def test_an_access_point_of_a_vpc_refuses_requests_from_elsewhere(mock: S3, s3: S3Client, bucket: str) -> None:
    # https://repost.aws/articles/ARIOhwOHPMSOupacb7AbcdAQ
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [everything]}
    point = mock.add_access_point("a-point", bucket, vpc_id=VPC)
    within: S3Client = mock.client(**mock.add_principal("ann", policy, keys={"aws:SourceVpc": VPC}))
    elsewhere: S3Client = mock.client(**mock.add_principal("bob", policy, keys={"aws:SourceVpc": "vpc-2"}))
    within.put_object(Bucket=point.arn, Key="a-key", Body=b"body")
    copied: dict[str, Any] = {"Bucket": bucket, "Key": "copy", "CopySource": f"{point.arn}/object/a-key"}
    within.copy_object(**copied)
    elsewhere.get_object(Bucket=bucket, Key="a-key")
    ann, bob, root = (f"arn:aws:iam::123456789012:{who}" for who in ("user/ann", "user/bob", "root"))
    for client, who in ((elsewhere, bob), (s3, root)):

        def denied(action: str, resource: str, who: str = who) -> Any:
            reason = "with an explicit deny in a resource-based policy"
            return refused(
                "AccessDenied",
                403,
                Message=f'User: {who} is not authorized to perform: {action} on resource: "{resource}" {reason}',
            )

        with denied("s3:ListBucket", point.arn):
            client.list_objects_v2(Bucket=point.alias)
        with denied("s3:GetObject", f"{point.arn}/object/a-key"):
            client.get_object(Bucket=point.arn, Key="a-key")
        with denied("s3:GetObject", f"{point.arn}/object/missing"):
            client.get_object(Bucket=point.arn, Key="missing")
        with denied("s3:GetObject", f"{point.arn}/object/a-key"):
            client.copy_object(**copied)
    for who, allowed in ((ann, True), (bob, False), (root, False)):
        assert mock.explain("s3:GetObject", f"{point.arn}/object/a-key", by=who).allowed is allowed
    assert mock.explain("s3:ListBucket", point.arn, by=root, keys={"aws:SourceVpc": VPC})


def test_a_policy_can_depend_on_the_network_origin_of_the_access_point(mock: S3, s3: S3Client, bucket: str) -> None:
    deny = {**allow("*", "s3:PutObject", f"arn:aws:s3:::{bucket}/*")["Statement"][0], "Effect": "Deny"}
    deny["Condition"] = {"StringEquals": {"s3:AccessPointNetworkOrigin": "Internet"}}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]}))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    ann: S3Client = mock.client(**mock.add_principal("ann", policy, keys={"aws:SourceVpc": VPC}))
    ann.put_object(Bucket=mock.add_access_point("within", bucket, vpc_id=VPC).arn, Key="a-key")
    with refused("AccessDenied", 403):
        ann.put_object(Bucket=mock.add_access_point("anywhere", bucket).arn, Key="a-key")


def test_explain_decides_on_the_resource_by_its_access_point(mock: S3, bucket: str) -> None:
    point = mock.add_access_point("a-point", bucket)
    ann = mock.add_principal(
        "ann",
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{point.arn}/object/a/*"}],
        },
    )
    explanation = mock.explain("s3:GetObject", f"{point.arn}/object/a/b:c*?", by=ann)
    assert explanation
    assert explanation.resource == f"{point.arn}/object/a/b:c*?"
    assert not mock.explain("s3:GetObject", f"arn:aws:s3:::{bucket}/a/b", by=ann)
    assert not mock.explain("s3:GetObject", f"{point.arn}/object/b", by=ann)
    assert not mock.explain("s3:ListBucket", point.arn, by=ann)
    several = mock.add_multi_region_access_point("several", bucket)
    assert mock.explain("s3:PutObject", f"{several.arn}/object/a", by="123456789012")
    with pytest.raises(S3Error, match="NoSuchAccessPoint"):
        mock.explain("s3:ListBucket", f"{point.arn}s", by=ann)
    for action, resource in (("s3:ListBucket", f"{point.arn}/object/a"), ("s3:GetObject", point.arn)):
        with pytest.raises(ValueError, match="is the ARN of another resource"):
            mock.explain(action, resource, by=ann)
    for resource in (f"{point.arn}/a", f"{point.arn}/object", point.arn.replace("123456789012", "")):
        with pytest.raises(ValueError, match="is not the ARN of a bucket"):
            mock.explain("s3:GetObject", resource, by=ann)
