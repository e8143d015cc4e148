"""The notification configuration of a bucket: valid and invalid ones, and how S3 returns them."""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from s3mock.models.notification import EVENTS
from s3mock.wire import model
from tests.support.notifications import FUNCTION, QUEUE, TOPIC, both, notify, to
from tests.support.responses import refused, without_metadata

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OVERLAP = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)


def configured(s3: S3Client, bucket: str) -> dict[str, Any]:
    return without_metadata(s3.get_bucket_notification_configuration(Bucket=bucket))


def rules(*named: tuple[str, str]) -> dict[str, Any]:
    return {"Filter": {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in named]}}}


def test_a_new_bucket_has_no_notifications(s3: S3Client, bucket: str) -> None:
    assert configured(s3, bucket) == {}


def test_a_configuration_is_returned_as_it_was_put(s3: S3Client, bucket: str) -> None:
    configuration = both(
        both(to(QUEUE, Id="q"), to(TOPIC, "s3:ObjectRemoved:Delete", "s3:ObjectTagging:*", Id="t")),
        to(FUNCTION, "s3:ObjectAcl:Put", Id="f"),
    )
    notify(s3, bucket, {**configuration, "EventBridgeConfiguration": {}})
    assert configured(s3, bucket) == {**configuration, "EventBridgeConfiguration": {}}


def test_an_empty_configuration_turns_notifications_off(s3: S3Client, bucket: str) -> None:
    notify(s3, bucket, {"EventBridgeConfiguration": {}})
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    assert configured(s3, bucket) == {}


def test_a_configuration_without_an_id_gets_one(s3: S3Client, bucket: str) -> None:
    notify(s3, bucket, both(to(QUEUE), to(TOPIC, "s3:ObjectRemoved:*", Id="")))
    returned = configured(s3, bucket)
    made = [returned["QueueConfigurations"][0]["Id"], returned["TopicConfigurations"][0]["Id"]]
    assert len({UUID(b64decode(each).decode()) for each in made}) == 2


def test_an_id_is_used_once_and_has_at_most_255_characters(s3: S3Client, bucket: str) -> None:
    with refused(
        "InvalidArgument",
        400,
        Message="Same ID used for multiple configurations. IDs must be unique.",
        ArgumentName="Id",
        ArgumentValue="one",
    ):
        notify(s3, bucket, both(to(QUEUE, Id="one"), to(TOPIC, "s3:ObjectRemoved:*", Id="one")))
    notify(s3, bucket, to(QUEUE, Id="i" * 255))
    with refused("InvalidArgument", 400, ArgumentName="Id", ArgumentValue="i" * 256):
        notify(s3, bucket, to(QUEUE, Id="i" * 256))
    assert configured(s3, bucket) == to(QUEUE, Id="i" * 255)


def test_a_bucket_has_at_most_100_configurations(s3: S3Client, bucket: str) -> None:
    many = {"QueueConfigurations": [to(QUEUE, prefix=f"{n:03}/")["QueueConfigurations"][0] for n in range(101)]}
    with refused("InvalidRequest", 400):
        notify(s3, bucket, many)
    many["QueueConfigurations"].pop()
    notify(s3, bucket, many)
    assert len(configured(s3, bucket)["QueueConfigurations"]) == 100


def test_the_events_are_those_that_botocore_knows() -> None:
    shape: Any = model.input_shape("PutBucketNotificationConfiguration")
    event = shape.members["NotificationConfiguration"].members["QueueConfigurations"].member.members["Events"].member
    assert set(event.enum) <= EVENTS


def test_an_event_that_does_not_exist_is_refused(s3: S3Client, bucket: str) -> None:
    with refused(
        "InvalidArgument",
        400,
        Message="The event is not supported for notifications",
        ArgumentName="Event",
        ArgumentValue="s3:ObjectCreated:Anyhow",
    ):
        notify(s3, bucket, to(QUEUE, "s3:ObjectCreated:Anyhow"))
    assert configured(s3, bucket) == {}


@pytest.mark.parametrize(
    ("arn", "element"),
    [
        ("queue", "Queue"),
        ("arn:aws:sqs:us-east-1:12345678901:queue", "Queue"),
        ("arn:aws:sqs:us-east-1:123456789012:que ue", "Queue"),
        ("arn:aws:sns:us-east-1:123456789012", "Topic"),
        ("arn:aws:lambda:us-east-1:123456789012:layer:function", "CloudFunction"),
    ],
)
def test_an_invalid_arn_is_refused(s3: S3Client, bucket: str, arn: str, element: str) -> None:
    with refused(
        "InvalidArgument", 400, Message="The ARN could not be parsed", ArgumentName=element, ArgumentValue=arn
    ):
        notify(s3, bucket, to(arn))


def test_an_arn_of_another_service_is_refused(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="Queue", ArgumentValue=TOPIC):
        notify(s3, bucket, {"QueueConfigurations": [{"QueueArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}]})


def test_a_fifo_queue_is_refused(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="Queue", ArgumentValue=f"{QUEUE}.fifo") as refusal:
        notify(s3, bucket, to(f"{QUEUE}.fifo"))
    assert refusal.error["Message"] == "FIFO SQS queues are not supported."


def test_a_destination_must_be_in_the_buckets_region(west: S3Client) -> None:
    west.create_bucket(Bucket="west", CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    with refused(
        "InvalidArgument",
        400,
        Message="The notification destination service region is not valid for the bucket location constraint",
        ArgumentName="CloudFunction",
        ArgumentValue=FUNCTION,
    ):
        notify(west, "west", to(FUNCTION))
    notify(west, "west", to(FUNCTION.replace("us-east-1", "us-west-2") + ":alias"))


def test_filters_are_named_in_any_case_and_returned_with_a_capital(s3: S3Client, bucket: str) -> None:
    notify(s3, bucket, to(QUEUE, Id="i", **rules(("sUFFIX", ".jpg"), ("prefix", "a+b/"))))
    expected = to(QUEUE, Id="i", **rules(("Suffix", ".jpg"), ("Prefix", "a+b/")))
    assert configured(s3, bucket) == expected


def test_a_filter_is_of_a_prefix_or_a_suffix(s3: S3Client, bucket: str) -> None:
    # As recorded from S3 in test_bucket_notification_with_invalid_filter_rules.
    with refused(
        "InvalidArgument",
        400,
        Message="filter rule name must be either prefix or suffix",
        ArgumentName="FilterRule.Name",
        ArgumentValue="INVALID",
    ):
        notify(s3, bucket, to(QUEUE, **rules(("INVALID", "does not matter"))))


@pytest.mark.parametrize("rule", [{}, {"Name": "prefix"}, {"Value": "test"}])
def test_a_filter_has_a_name_and_a_value(s3: S3Client, bucket: str, rule: dict[str, str]) -> None:
    # As recorded from S3 in test_bucket_notification_with_missing_values_in_rule.
    with refused("MalformedXML", 400):
        notify(s3, bucket, to(QUEUE, Filter={"Key": {"FilterRules": [rule]}}))


def test_a_filter_has_each_kind_of_rule_once(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400, ArgumentName="FilterRule.Name", ArgumentValue="Prefix") as refusal:
        notify(s3, bucket, to(QUEUE, **rules(("prefix", "a"), ("Prefix", "b"))))
    assert refusal.error["Message"] == "Cannot specify more than one prefix rule in a filter."
    with refused("MalformedXML", 400):
        notify(s3, bucket, to(QUEUE, Filter={"Key": {"FilterRules": []}}))


def test_a_filters_value_has_at_most_1024_bytes(s3: S3Client, bucket: str) -> None:
    notify(s3, bucket, to(QUEUE, prefix="ü" * 512))
    with refused("InvalidArgument", 400, ArgumentName="FilterRule.Value", ArgumentValue="ü" * 512 + "u"):
        notify(s3, bucket, to(QUEUE, prefix="ü" * 512 + "u"))


def test_two_configurations_without_filters_share_no_event(s3: S3Client, bucket: str) -> None:
    # https://github.com/minio/minio/issues/2472
    with refused(
        "InvalidArgument",
        400,
        Message=OVERLAP,
        ArgumentName="Event",
        ArgumentValue="s3:ObjectRemoved:*, s3:ObjectRemoved:Delete",
    ):
        notify(s3, bucket, both(to(TOPIC, "s3:ObjectRemoved:*"), to(QUEUE, "s3:ObjectRemoved:Delete")))
    notify(s3, bucket, both(to(TOPIC, "s3:ObjectRemoved:Delete"), to(QUEUE, "s3:ObjectCreated:*")))


def test_a_configuration_names_no_event_twice(s3: S3Client, bucket: str) -> None:
    with refused("InvalidArgument", 400) as refusal:
        notify(s3, bucket, to(QUEUE, "s3:ObjectCreated:*", "s3:ObjectCreated:Put"))
    assert refusal.error["Message"] == OVERLAP


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"prefix": "images"}, {"prefix": "images/small"}),
        ({"prefix": "images"}, {}),
        ({"suffix": ".jpg"}, {"suffix": "1.jpg"}),
        ({"prefix": "images"}, {"suffix": ".jpg"}),
        ({"prefix": "a b"}, {"prefix": "a+b"}),
    ],
)
def test_overlapping_configurations_share_no_event(
    s3: S3Client, bucket: str, one: dict[str, Any], other: dict[str, Any]
) -> None:
    # User Guide, "Configuring event notifications using object key name filtering", and aws/aws-cli issue 2387
    with refused("InvalidArgument", 400) as refusal:
        notify(s3, bucket, both(to(QUEUE, **one), to(TOPIC, "s3:ObjectCreated:Put", **other)))
    assert refusal.error["Message"] == AMBIGUOUS
    notify(s3, bucket, both(to(QUEUE, **one), to(TOPIC, "s3:ObjectRemoved:*", **other)))


def test_configurations_without_overlap_can_share_events(s3: S3Client, bucket: str) -> None:
    notify(s3, bucket, both(to(QUEUE, prefix="images", suffix=".jpg"), to(TOPIC, prefix="images", suffix=".png")))
    assert configured(s3, bucket).keys() == {"QueueConfigurations", "TopicConfigurations"}


def test_the_deprecated_calls_are_the_same_in_the_singular(s3: S3Client, bucket: str) -> None:
    s3.put_bucket_notification(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfiguration": {"Id": "q", "Queue": QUEUE, "Event": "s3:ObjectCreated:Put"},
            "TopicConfiguration": {"Id": "t", "Topic": TOPIC, "Events": ["s3:ObjectRemoved:*"]},
            "CloudFunctionConfiguration": {
                "Id": "f",
                "CloudFunction": FUNCTION,
                "InvocationRole": "role",
                "Events": ["s3:ObjectRestore:*"],
            },
        },
    )
    assert configured(s3, bucket) == both(
        both(to(QUEUE, "s3:ObjectCreated:Put", Id="q"), to(TOPIC, "s3:ObjectRemoved:*", Id="t")),
        to(FUNCTION, "s3:ObjectRestore:*", Id="f"),
    )
    returned = without_metadata(s3.get_bucket_notification(Bucket=bucket))
    assert returned["QueueConfiguration"]["Queue"] == QUEUE
    assert returned["TopicConfiguration"]["Events"] == ["s3:ObjectRemoved:*"]
    assert returned["CloudFunctionConfiguration"]["CloudFunction"] == FUNCTION
