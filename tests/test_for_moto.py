"""moto's other services see our S3: while both mocks are active, moto's S3Backend is a facade over our store."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import subprocess
import sys
import time
import zipfile
from typing import TYPE_CHECKING, Any

import boto3
import pytest
import requests
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.s3 import models

from s3mock import mock_s3
from tests.support.beside_moto import ORDERS, beside_moto
from tests.support.responses import refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from s3mock.control import S3

s3_backends: Any = models.s3_backends

OURS, THEM = "123456789012", "111122223333"
ROLE = f"arn:aws:iam::{OURS}:role/any"


@pytest.fixture(params=ORDERS)
def both(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[S3]:
    """The control object of an S3 with a bucket "photos", beside moto."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with beside_moto(request.param, verify_signatures="all", credentials={"me": ("secret", OURS)}) as s3:
        yield s3


def client(service: str, region: str = "us-east-1") -> Any:
    return boto3.client(service, region)  # type: ignore[call-overload]


def bodies(bucket: str, prefix: str = "") -> dict[str, bytes]:
    """The objects of a bucket."""
    s3 = boto3.client("s3")
    listed = s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def allow_log_delivery() -> None:
    """Let S3 deliver access logs to "photos"."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::photos/*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    boto3.client("s3").put_bucket_policy(Bucket="photos", Policy=json.dumps(policy))


# CloudFormation.

TEMPLATE: dict[str, Any] = {
    "Resources": {
        "Logs": {
            "Type": "AWS::S3::Bucket",
            "Properties": {
                "BucketName": "logs",
                "VersioningConfiguration": {"Status": "Enabled"},
                "PublicAccessBlockConfiguration": {"BlockPublicAcls": "true", "RestrictPublicBuckets": True},
                "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
                "AccessControl": "LogDeliveryWrite",
                "AccelerateConfiguration": {"AccelerationStatus": "Enabled"},
                "BucketEncryption": {
                    "ServerSideEncryptionConfiguration": [
                        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": "true"}
                    ]
                },
                "CorsConfiguration": {
                    "CorsRules": [
                        {
                            "Id": "a",
                            "AllowedMethods": ["GET"],
                            "AllowedOrigins": ["*"],
                            "MaxAge": "3",
                            "ExposedHeaders": ["Date"],
                        }
                    ]
                },
                "LifecycleConfiguration": {
                    "Rules": [
                        {"Id": "a", "Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 3},
                        {
                            "Id": "b",
                            "Status": "Enabled",
                            "TagFilters": [{"Key": "k", "Value": "v"}],
                            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": "30"}],
                            "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "TransitionInDays": 7}],
                            "NoncurrentVersionExpiration": {"NoncurrentDays": 100, "NewerNoncurrentVersions": 2},
                        },
                        {
                            "Id": "c",
                            "Status": "Disabled",
                            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
                            "NoncurrentVersionExpirationInDays": 9,
                        },
                    ]
                },
                "LoggingConfiguration": {"DestinationBucketName": "photos", "LogFilePrefix": "log/"},
                "NotificationConfiguration": {
                    "EventBridgeConfiguration": {"EventBridgeEnabled": True},
                    "QueueConfigurations": [
                        {
                            "Event": "s3:ObjectCreated:*",
                            "Queue": {"Fn::GetAtt": ["Queue", "Arn"]},
                            "Filter": {"S3Key": {"Rules": [{"Name": "prefix", "Value": "in/"}]}},
                        }
                    ],
                },
                "ObjectLockEnabled": True,
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": "1"}},
                },
                "Tags": [{"Key": "team", "Value": "blue"}],
                "WebsiteConfiguration": {
                    "IndexDocument": "index.html",
                    "ErrorDocument": "error.html",
                    "RoutingRules": [
                        {
                            "RedirectRule": {"HostName": "example.com"},
                            "RoutingRuleCondition": {"KeyPrefixEquals": "old/"},
                        }
                    ],
                },
            },
        },
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "queue"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {
                "Bucket": {"Ref": "Logs"},
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": f"arn:aws:iam::{OURS}:root"},
                            "Action": "s3:GetObject",
                            "Resource": {"Fn::Join": ["", [{"Fn::GetAtt": ["Logs", "Arn"]}, "/*"]]},
                        }
                    ],
                },
            },
        },
    },
    "Outputs": {"Url": {"Value": {"Fn::GetAtt": ["Logs", "WebsiteURL"]}}},
}


@pytest.fixture
def stack(both: S3) -> Any:
    """CloudFormation with the stack, whose template is in our S3."""
    s3 = boto3.client("s3")
    s3.put_object(Bucket="photos", Key="template.json", Body=json.dumps(TEMPLATE))
    allow_log_delivery()
    cloudformation = client("cloudformation")
    url = "https://photos.s3.amazonaws.com/template.json"
    cloudformation.create_stack(StackName="stack", TemplateURL=url)
    return cloudformation


def test_cloudformation_sets_every_property_of_a_bucket(stack: Any) -> None:
    s3 = boto3.client("s3")
    [output] = stack.describe_stacks(StackName="stack")["Stacks"][0]["Outputs"]
    assert output["OutputValue"] == "http://logs.s3-website.us-east-1.amazonaws.com"
    assert s3.get_bucket_versioning(Bucket="logs")["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket="logs")["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": False,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
    ownership = s3.get_bucket_ownership_controls(Bucket="logs")["OwnershipControls"]
    assert ownership == {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    assert len(s3.get_bucket_acl(Bucket="logs")["Grants"]) == 3
    assert s3.get_bucket_accelerate_configuration(Bucket="logs")["Status"] == "Enabled"
    [rule] = s3.get_bucket_encryption(Bucket="logs")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "aws:kms"}
    assert rule["BucketKeyEnabled"]
    assert s3.get_bucket_cors(Bucket="logs")["CORSRules"] == [
        {"ID": "a", "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAgeSeconds": 3, "ExposeHeaders": ["Date"]}
    ]
    assert s3.get_bucket_lifecycle_configuration(Bucket="logs")["Rules"] == [
        {"ID": "a", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}},
        {
            "ID": "b",
            "Status": "Enabled",
            "Filter": {"Tag": {"Key": "k", "Value": "v"}},
            "Transitions": [{"StorageClass": "GLACIER", "Days": 30}],
            "NoncurrentVersionTransitions": [{"StorageClass": "GLACIER", "NoncurrentDays": 7}],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 100, "NewerNoncurrentVersions": 2},
        },
        {
            "ID": "c",
            "Status": "Disabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
        },
    ]
    logging = s3.get_bucket_logging(Bucket="logs")["LoggingEnabled"]
    assert (logging["TargetBucket"], logging["TargetPrefix"]) == ("photos", "log/")
    lock = s3.get_object_lock_configuration(Bucket="logs")["ObjectLockConfiguration"]
    assert lock["Rule"] == {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    assert s3.get_bucket_tagging(Bucket="logs")["TagSet"] == [{"Key": "team", "Value": "blue"}]
    website = s3.get_bucket_website(Bucket="logs")
    assert website["IndexDocument"] == {"Suffix": "index.html"}
    assert website["ErrorDocument"] == {"Key": "error.html"}
    assert website["RoutingRules"] == [
        {"Redirect": {"HostName": "example.com"}, "Condition": {"KeyPrefixEquals": "old/"}}
    ]
    [statement] = json.loads(s3.get_bucket_policy(Bucket="logs")["Policy"])["Statement"]
    assert statement["Resource"] == "arn:aws:s3:::logs/*"
    notification = s3.get_bucket_notification_configuration(Bucket="logs")
    [queue] = notification["QueueConfigurations"]
    assert queue["Events"] == ["s3:ObjectCreated:*"]
    assert "EventBridgeConfiguration" in notification
    s3.put_object(Bucket="logs", Key="in/a", Body=b"")
    messages = (
        boto3.resource("sqs", "us-east-1").get_queue_by_name(QueueName="queue").receive_messages(MaxNumberOfMessages=10)
    )
    assert any("ObjectCreated:Put" in message.body for message in messages)


def test_cloudformation_deletes_an_empty_bucket_only(stack: Any) -> None:
    s3 = boto3.client("s3")
    made = s3.put_object(Bucket="logs", Key="a", Body=b"")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        stack.delete_stack(StackName="stack")
    s3.delete_object(Bucket="logs", Key="a", VersionId=made["VersionId"], BypassGovernanceRetention=True)
    s3.delete_bucket(Bucket="logs")
    stack.create_stack(StackName="again", TemplateURL="https://s3.amazonaws.com/photos/template.json")
    stack.delete_stack(StackName="again")
    with refused("404", 404):
        s3.head_bucket(Bucket="logs")


def template(**properties: Any) -> str:
    """A template with one bucket, "made"."""
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "made", **properties}}
    return json.dumps({"Resources": {"Bucket": bucket}})


def test_cloudformation_updates_and_replaces_a_bucket(both: S3) -> None:
    s3, cloudformation = boto3.client("s3", "eu-west-1"), client("cloudformation", "eu-west-1")
    cloudformation.create_stack(StackName="stack", TemplateBody=template())
    assert s3.head_bucket(Bucket="made")["BucketRegion"] == "eu-west-1"
    tags = [{"Key": "team", "Value": "blue"}]
    cloudformation.update_stack(StackName="stack", TemplateBody=template(Tags=tags))
    assert s3.get_bucket_tagging(Bucket="made")["TagSet"] == tags
    cloudformation.update_stack(StackName="stack", TemplateBody=template(BucketName="other"))
    assert both.cloud.find_bucket("made") is None
    assert both.cloud.find_bucket("other") is not None
    cloudformation.delete_stack(StackName="stack")
    assert both.cloud.find_bucket("other") is None


def test_cloudformation_moves_a_bucket_policy(both: S3) -> None:
    s3, cloudformation = boto3.client("s3"), client("cloudformation")
    s3.create_bucket(Bucket="films")
    statement = {"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteBucket"}

    def body(bucket: str) -> str:
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"arn:aws:s3:::{bucket}"}]}
        properties = {"Bucket": bucket, "PolicyDocument": policy}
        return json.dumps({"Resources": {"Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": properties}}})

    cloudformation.create_stack(StackName="stack", TemplateBody=body("photos"))
    with refused("AccessDenied", 403):
        s3.delete_bucket(Bucket="photos")
    cloudformation.update_stack(StackName="stack", TemplateBody=body("films"))
    assert "films" in s3.get_bucket_policy(Bucket="films")["Policy"]
    s3.delete_bucket(Bucket="photos")
    cloudformation.delete_stack(StackName="stack")
    s3.delete_bucket(Bucket="films")


def test_cloudformation_refuses_what_is_not_carried_over(both: S3) -> None:
    cloudformation = client("cloudformation")
    with pytest.raises(NotImplementedError, match="MetricsConfigurations of AWS::S3::Bucket cannot be carried over"):
        cloudformation.create_stack(StackName="a", TemplateBody=template(MetricsConfigurations=[{"Id": "a"}]))
    with pytest.raises(ClientError, match="MalformedXML"):
        cloudformation.create_stack(
            StackName="b", TemplateBody=template(VersioningConfiguration={"Status": "Unversioned"})
        )
    assert both.cloud.find_bucket("made") is None
    s3_backends[THEM]["aws"].create_bucket("theirs", "us-east-1")
    with pytest.raises(ClientError, match="BucketAlreadyExists"):
        cloudformation.create_stack(StackName="c", TemplateBody=template(BucketName="theirs"))
    for url in ("https://photos.s3.amazonaws.com/none", "https://none.s3.amazonaws.com/none"):
        with pytest.raises(ClientError, match=r"NoSuch(Key|Bucket)"):
            cloudformation.create_stack(StackName="d", TemplateURL=url)


def test_a_template_includes_a_part_in_our_s3(both: S3) -> None:
    boto3.client("s3").put_object(Bucket="photos", Key="part.json", Body=b'{"us-east-1": {"name": "included"}}')
    include = {"Fn::Transform": {"Name": "AWS::Include", "Parameters": {"Location": "s3://photos/part.json"}}}
    found = {"Fn::FindInMap": ["Names", {"Ref": "AWS::Region"}, "name"]}
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": found}}
    body = json.dumps({"Mappings": {"Names": include}, "Resources": {"Bucket": bucket}})
    client("cloudformation").create_stack(StackName="stack", TemplateBody=body)
    assert both.cloud.find_bucket("included") is not None


# Lambda.


def code() -> bytes:
    """A function's code."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("f.py", "def handler(event, context): pass")
    return file.getvalue()


def test_lambda_takes_code_from_our_s3(both: S3) -> None:
    client("iam").create_role(RoleName="any", AssumeRolePolicyDocument="{}")
    aws_lambda, data = client("lambda"), code()
    boto3.client("s3").put_object(Bucket="photos", Key="code.zip", Body=data)
    function = {"FunctionName": "f", "Runtime": "python3.12", "Role": ROLE, "Handler": "f.handler"}
    aws_lambda.create_function(**function, Code={"S3Bucket": "photos", "S3Key": "code.zip"})
    made = aws_lambda.get_function(FunctionName="f")["Configuration"]
    assert made["CodeSize"] == len(data)
    assert made["CodeSha256"] == base64.b64encode(hashlib.sha256(data).digest()).decode()
    boto3.client("s3").put_object(Bucket="photos", Key="code.zip", Body=data + b"!")
    aws_lambda.update_function_code(FunctionName="f", S3Bucket="photos", S3Key="code.zip")
    assert aws_lambda.get_function(FunctionName="f")["Configuration"]["CodeSize"] == len(data) + 1
    function["FunctionName"] = "g"
    with pytest.raises(ValueError, match="S3 Error Code: NoSuchKey"):
        aws_lambda.create_function(**function, Code={"S3Bucket": "photos", "S3Key": "none"})
    with pytest.raises(ClientError, match="S3 Error Code: NoSuchBucket"):
        aws_lambda.create_function(**function, Code={"S3Bucket": "none", "S3Key": "none"})


# The services that check for a bucket, or write into one.


def test_services_check_that_a_bucket_exists(both: S3) -> None:
    trail = client("cloudtrail")
    trail.create_trail(Name="trail", S3BucketName="photos")
    with pytest.raises(trail.exceptions.S3BucketDoesNotExistException):
        trail.create_trail(Name="other", S3BucketName="none")

    logs = client("logs")
    logs.create_log_group(logGroupName="group")
    with pytest.raises(logs.exceptions.InvalidParameterException):
        logs.create_export_task(logGroupName="group", destination="none", fromTime=0, to=1)

    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    flow = {"ResourceIds": [vpc], "ResourceType": "VPC", "TrafficType": "ALL", "LogDestinationType": "s3"}
    assert ec2.create_flow_logs(**flow, LogDestination="arn:aws:s3:::photos")["FlowLogIds"]
    assert ec2.create_flow_logs(**flow, LogDestination="arn:aws:s3:::none")["Unsuccessful"]

    ses = client("ses")
    ses.create_receipt_rule_set(RuleSetName="rules")
    for bucket, exists in (("photos", True), ("none", False)):
        rule = {"Name": bucket, "Actions": [{"S3Action": {"BucketName": bucket}}]}
        if exists:
            ses.create_receipt_rule(RuleSetName="rules", Rule=rule)
        else:
            with pytest.raises(ses.exceptions.InvalidS3ConfigurationException):
                ses.create_receipt_rule(RuleSetName="rules", Rule=rule)


def test_firehose_delivers_to_our_bucket_and_the_event_arrives(both: S3) -> None:
    sqs, s3 = boto3.resource("sqs", "us-east-1"), boto3.client("s3")
    queue = sqs.create_queue(QueueName="queue")
    arn = queue.attributes["QueueArn"]
    s3.put_bucket_notification_configuration(
        Bucket="photos",
        NotificationConfiguration={"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]},
    )
    firehose = client("firehose")
    for name, bucket in (("stream", "photos"), ("lost", "none")):
        destination = {"RoleARN": ROLE, "BucketARN": f"arn:aws:s3:::{bucket}", "Prefix": "in"}
        firehose.create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination)
    firehose.put_record(DeliveryStreamName="stream", Record={"Data": b"one"})
    assert list(bodies("photos", "in/").values()) == [b"one"]
    assert any("ObjectCreated:Put" in each.body for each in queue.receive_messages(MaxNumberOfMessages=10))
    with pytest.raises(RuntimeError, match="S3"):
        firehose.put_record(DeliveryStreamName="lost", Record={"Data": b"one"})


def test_logs_are_exported_to_our_bucket(both: S3) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="group")
    logs.create_log_stream(logGroupName="group", logStreamName="stream")
    now = int(time.time() * 1000)
    logs.put_log_events(
        logGroupName="group", logStreamName="stream", logEvents=[{"timestamp": now, "message": "a line"}]
    )
    logs.create_export_task(
        logGroupName="group", destination="photos", destinationPrefix="logs", fromTime=now - 9, to=now + 9
    )
    [exported] = bodies("photos", "logs/").values()
    assert b"a line" in gzip.decompress(exported)


def test_athena_writes_results_to_our_bucket(both: S3) -> None:
    results = {"results": [{"rows": [{"Data": [{"VarCharValue": "1"}]}], "column_info": []}]}
    made = requests.post("http://motoapi.amazonaws.com/moto-api/static/athena/query-results", json=results, timeout=9)
    assert made.status_code == 201
    athena = client("athena")
    query = athena.start_query_execution(
        QueryString="SELECT 1", ResultConfiguration={"OutputLocation": "s3://photos/results/"}
    )["QueryExecutionId"]
    athena.get_query_results(QueryExecutionId=query)
    location = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["ResultConfiguration"]
    key = location["OutputLocation"].removeprefix("s3://photos/")
    assert bodies("photos") == {key: b'"1"\n'}


def test_dynamodb_exports_to_our_bucket_and_imports_from_it(both: S3) -> None:
    dynamodb = client("dynamodb")
    table: dict[str, Any] = {
        "TableName": "table",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    arn = dynamodb.create_table(**table)["TableDescription"]["TableArn"]
    dynamodb.put_item(TableName="table", Item={"id": {"S": "one"}})
    dynamodb.update_continuous_backups(
        TableName="table", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )

    def state(kind: str, **arguments: Any) -> dict[str, Any]:
        """The description of an export or import once it has ended."""
        while True:
            described: dict[str, Any] = getattr(dynamodb, f"describe_{kind}")(**arguments)
            description: dict[str, Any] = described.get("ExportDescription") or described["ImportTableDescription"]
            if description[f"{kind.title()}Status"] != "IN_PROGRESS":
                return description

    made = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="photos", S3Prefix="out")
    assert state("export", ExportArn=made["ExportDescription"]["ExportArn"])["ExportStatus"] == "COMPLETED"
    assert len(bodies("photos", "out/AWSDynamoDB/")) == 1
    made = dynamodb.export_table_to_point_in_time(TableArn=arn, S3Bucket="none", S3Prefix="out")
    assert state("export", ExportArn=made["ExportDescription"]["ExportArn"])["FailureCode"] == "S3NoSuchBucket"

    for bucket, status in (("photos", "COMPLETED"), ("none", "FAILED")):
        imported = dynamodb.import_table(
            S3BucketSource={"S3Bucket": bucket, "S3KeyPrefix": "out/"},
            InputFormat="DYNAMODB_JSON",
            InputCompressionType="GZIP",
            TableCreationParameters={**table, "TableName": f"from-{bucket}"},
        )["ImportTableDescription"]["ImportArn"]
        assert state("import", ImportArn=imported)["ImportStatus"] == status
    assert dynamodb.scan(TableName="from-photos")["Items"] == [{"id": {"S": "one"}}]


def test_sagemaker_reads_pipelines_and_writes_results(both: S3) -> None:
    sagemaker = client("sagemaker")
    boto3.client("s3").put_object(Bucket="photos", Key="pipeline.json", Body=b'{"Version": "2020-12-01"}')
    location = {"Bucket": "photos", "ObjectKey": "pipeline.json"}
    sagemaker.create_pipeline(
        PipelineName="pipeline", RoleArn=ROLE, ClientRequestToken="a" * 32, PipelineDefinitionS3Location=location
    )
    described = sagemaker.describe_pipeline(PipelineName="pipeline")
    assert "2020-12-01" in described["PipelineDefinition"]
    answer = client("sagemaker-runtime").invoke_endpoint_async(EndpointName="any", InputLocation="s3://photos/in")
    bucket, _, key = answer["OutputLocation"].removeprefix("s3://").partition("/")
    assert json.loads(bodies(bucket)[key]) == {"default": "response"}


# The services that read buckets: their tags, sizes and settings.


def test_tags_of_our_buckets_are_those_of_the_tagging_api(both: S3) -> None:
    tagging, s3, control = client("resourcegroupstaggingapi"), boto3.client("s3"), client("s3control")
    arn = "arn:aws:s3:::photos"
    s3.put_bucket_tagging(Bucket="photos", Tagging={"TagSet": [{"Key": "team", "Value": "blue"}]})
    [resource] = tagging.get_resources(ResourceTypeFilters=["s3"])["ResourceTagMappingList"]
    assert resource == {"ResourceARN": arn, "Tags": [{"Key": "team", "Value": "blue"}]}
    tagging.tag_resources(ResourceARNList=[arn], Tags={"cost": "low"})
    tagging.untag_resources(ResourceARNList=[arn], TagKeys=["team"])
    control.tag_resource(AccountId=OURS, ResourceArn=arn, Tags=[{"Key": "stage", "Value": "test"}])
    tags = [{"Key": "cost", "Value": "low"}, {"Key": "stage", "Value": "test"}]
    assert s3.get_bucket_tagging(Bucket="photos")["TagSet"] == tags
    assert control.list_tags_for_resource(AccountId=OURS, ResourceArn=arn)["Tags"] == tags
    control.untag_resource(AccountId=OURS, ResourceArn=arn, TagKeys=["cost"])
    assert s3.get_bucket_tagging(Bucket="photos")["TagSet"] == tags[1:]
    point = f"arn:aws:s3:us-east-1:{OURS}:accesspoint/point"
    control.tag_resource(AccountId=OURS, ResourceArn=point, Tags=tags[:1])
    assert control.list_tags_for_resource(AccountId=OURS, ResourceArn=point)["Tags"] == tags[:1]
    control.untag_resource(AccountId=OURS, ResourceArn=point, TagKeys=["cost"])
    assert not control.list_tags_for_resource(AccountId=OURS, ResourceArn=point)["Tags"]


def test_cloudwatch_counts_our_objects(both: S3) -> None:
    for key in ("a", "b"):
        boto3.client("s3").put_object(Bucket="photos", Key=key, Body=b"body")
    cloudwatch = client("cloudwatch")
    names = {each["MetricName"] for each in cloudwatch.list_metrics(Namespace="AWS/S3")["Metrics"]}
    assert names == {"BucketSizeBytes", "NumberOfObjects"}
    values = {metric.name: metric.value for metric in models.S3Backend.get_cloudwatch_metrics(OURS, "us-east-1")}
    assert values == {"BucketSizeBytes": 8, "NumberOfObjects": 2}


def test_config_describes_our_buckets(both: S3) -> None:
    s3, config = boto3.client("s3"), client("config")
    s3.put_public_access_block(Bucket="photos", PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    allow_log_delivery()
    s3.put_bucket_tagging(Bucket="photos", Tagging={"TagSet": [{"Key": "team", "Value": "blue"}]})
    s3.put_bucket_logging(
        Bucket="photos",
        BucketLoggingStatus={"LoggingEnabled": {"TargetBucket": "photos", "TargetPrefix": "log/"}},
    )
    [found] = config.list_discovered_resources(resourceType="AWS::S3::Bucket")["resourceIdentifiers"]
    assert found["resourceId"] == "photos"
    wanted = [{"resourceType": "AWS::S3::Bucket", "resourceId": "photos"}]
    [item] = config.batch_get_resource_config(resourceKeys=wanted)["baseConfigurationItems"]
    settings = item["supplementaryConfiguration"]
    assert '"blockPublicAcls": true' in settings["PublicAccessBlockConfiguration"]
    assert "log/" in settings["BucketLoggingConfiguration"]
    assert "blue" in settings["BucketTaggingConfiguration"]
    s3.put_bucket_lifecycle_configuration(
        Bucket="photos",
        LifecycleConfiguration={"Rules": [{"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]},
    )
    with pytest.raises(NotImplementedError, match="lifecycle rules of a bucket"):
        config.batch_get_resource_config(resourceKeys=wanted)


# The backend itself, as tests of moto's users call it.


def test_the_backend_of_moto_is_our_store(both: S3) -> None:
    backend, s3 = s3_backends[OURS]["aws"], boto3.client("s3")
    assert list(backend.buckets) == [bucket.name for bucket in backend.list_buckets()] == ["photos"]
    backend.create_bucket("films", "eu-west-1")
    assert s3.head_bucket(Bucket="films")["BucketRegion"] == "eu-west-1"
    assert [bucket.name for bucket in backend.list_buckets(prefix="f", bucket_region="eu-west-1", max_buckets="1")]
    backend.put_bucket_versioning("films", "Enabled")
    assert backend.get_bucket_versioning("films") == "Enabled"
    made = backend.put_object("films", "a", "body", storage="STANDARD_IA")
    s3.put_object(Bucket="films", Key="a", Body=b"later", Metadata={"k": "v"}, ContentType="text/plain")
    assert (made.value, made.size, made.storage_class) == (b"body", 4, "STANDARD_IA")
    assert (
        backend.get_object("films", "a", made.version_id).etag == made.etag == f'"{hashlib.md5(b"body").hexdigest()}"'
    )
    latest = backend.head_object("films", "a")
    assert (latest.value, latest.metadata) == (b"later", {"content-type": "text/plain", "x-amz-meta-k": "v"})
    assert "a" in backend.buckets["films"].keys
    assert backend.buckets["films"].keys["a"].value == b"later"
    assert "none" not in backend.buckets["films"].keys
    backend.put_object("photos", "d/a", b"")
    backend.put_object("photos", "d/b", b"")
    keys, folders, truncated, marker = backend.list_objects(backend.get_bucket("photos"), "d/", None, None, 1)
    assert ([key.name for key in keys], folders, truncated, marker) == (["d/a"], [], True, "d/a")
    assert backend.list_objects(backend.get_bucket("photos"), None, "/", None, None)[1] == ["d/"]
    policy = {"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::photos/*"}
    backend.put_bucket_policy("photos", json.dumps({"Version": "2012-10-17", "Statement": [policy]}).encode())
    assert b"Deny" in backend.get_bucket_policy("photos")
    with pytest.raises(ClientError, match="AccessDenied"):
        backend.put_object("photos", "c", b"")
    backend.delete_bucket_policy("photos")
    backend.put_bucket_tagging("photos", {"team": "blue"})
    assert backend.get_bucket_tagging("photos") == {"Tags": [{"Key": "team", "Value": "blue"}]}
    backend.delete_bucket_tagging("photos")
    assert backend.tagger.get_tag_dict_for_resource("arn:aws:s3:::photos") == {}
    with pytest.raises(NotImplementedError, match=r"S3Backend\.list_object_versions of moto cannot be carried over"):
        backend.list_object_versions("photos")
    with pytest.raises(NotImplementedError, match="etag of moto's put_object"):
        backend.put_object("photos", "c", b"", etag="a")
    with pytest.raises(AttributeError, match="nothing"):
        _ = backend.nothing


def test_accounts_and_partitions_are_the_same_for_both(both: S3) -> None:
    s3_backends[THEM]["aws"].create_bucket("theirs", "us-east-1")
    assert both.cloud.find_bucket("theirs").account.id == THEM  # type: ignore[union-attr]
    assert list(s3_backends[THEM]["aws"].buckets) == ["theirs"]
    assert list(s3_backends[OURS]["aws"].buckets) == ["photos"]
    assert s3_backends[OURS]["aws"].get_bucket("theirs").account_id == THEM
    s3_backends[OURS]["aws-cn"].create_bucket("china", "cn-north-1")
    assert both.cloud.bucket("aws-cn", "china") is not None
    assert s3_backends[OURS]["aws-cn"].put_object("china", "a", b"body").value == b"body"


def test_motos_own_backend_is_back_when_either_mock_ends() -> None:
    ours, theirs = mock_s3(), mock_aws()
    with theirs:
        with ours:
            s3_backends[OURS]["aws"].create_bucket("photos", "us-east-1")
            theirs.reset()
            assert list(s3_backends[OURS]["aws"].buckets) == ["photos"]
        assert not s3_backends[OURS]["aws"].buckets
        s3_backends[OURS]["aws"].create_bucket("photos", "us-east-1")
        assert type(s3_backends[OURS]["aws"].buckets) is dict
    with ours:
        assert type(s3_backends[OURS]["aws"].buckets) is dict


def test_services_that_start_before_motos_s3_see_it() -> None:
    program = """
import boto3, sys
from s3mock import mock_s3
with mock_s3():
    boto3.client("s3", "us-east-1").create_bucket(Bucket="photos")
    tag_set = [{"Key": "team", "Value": "blue"}]
    boto3.client("s3", "us-east-1").put_bucket_tagging(Bucket="photos", Tagging={"TagSet": tag_set})
    assert "moto" not in sys.modules
    from moto import mock_aws
    with mock_aws():
        tagging, cloudwatch = [boto3.client(name, "us-east-1") for name in ("resourcegroupstaggingapi", "cloudwatch")]
        print(len(cloudwatch.list_metrics(Namespace="AWS/S3")["Metrics"]))
        print(*[found["ResourceARN"] for found in tagging.get_resources()["ResourceTagMappingList"]])
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["2", "arn:aws:s3:::photos"]


def test_the_storage_of_s3_tables_stays_motos(both: S3) -> None:
    tables = client("s3tables")
    bucket = tables.create_table_bucket(name="tables")["arn"]
    tables.create_namespace(tableBucketARN=bucket, namespace=["space"])
    tables.create_table(tableBucketARN=bucket, namespace="space", name="table", format="ICEBERG")
    [name] = s3_backends[OURS]["aws"].table_buckets
    assert s3_backends[OURS]["aws"].get_bucket(name).name == name
    tables.delete_table(tableBucketARN=bucket, namespace="space", name="table")
    assert not s3_backends[OURS]["aws"].table_buckets
