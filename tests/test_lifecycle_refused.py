"""Lifecycle configurations that S3 refuses, with its messages; the old configuration stays."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest

from tests.support.digests import content_md5_of
from tests.support.lifecycles import BUCKET, Life, rule
from tests.support.raw_requests import ask
from tests.support.responses import refused

DATE = datetime(2030, 1, 1, tzinfo=timezone.utc)
DAYS = {"Days": 1}
MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
ONE = "'{}' for {} action must be a positive integer"


def check(life: Life, error: tuple[str, str, dict[str, str]], *rules: Any) -> None:
    """Expect the rules to be refused with this code, message and further fields, and the old ones to stay."""
    life.rules(rule(ID="old", Expiration={"Days": 9}))
    code, message, fields = error
    with refused(code, 400, Message=message, **fields):
        life.rules(*rules)
    assert [each["ID"] for each in life.read()] == ["old"]


def argument(message: str, name: str, value: Any) -> tuple[str, str, dict[str, str]]:
    return "InvalidArgument", message, {"ArgumentName": name, "ArgumentValue": str(value)}


def request(message: str) -> tuple[str, str, dict[str, str]]:
    return "InvalidRequest", message, {}


def to(storage_class: str, days: int = 0) -> dict[str, Any]:
    return {"Days": days, "StorageClass": storage_class}


def after(days: int, storage_class: str = "GLACIER") -> dict[str, Any]:
    return {"NoncurrentDays": days, "StorageClass": storage_class}


def without(rule: dict[str, Any], member: str) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != member}


@pytest.mark.parametrize(
    "refused_rule",
    [
        without(rule(Expiration=DAYS), "Filter"),
        rule(Expiration=DAYS, Filter={}, Prefix=""),
        rule(Expiration=DAYS, Status=""),
        rule(Expiration=DAYS, Status="enabled"),
        rule(Expiration={}),
        rule(Expiration=DAYS | {"Date": DATE}),
        rule(Expiration=DAYS | {"ExpiredObjectDeleteMarker": True}),
        rule(Expiration=DAYS, Filter={"Prefix": "a", "Tag": {"Key": "a", "Value": "b"}}),
        rule(Expiration=DAYS, Filter={"Prefix": "a", "ObjectSizeGreaterThan": 1}),
        rule(Expiration=DAYS, Filter={"Prefix": "a", "And": {"Prefix": "a", "ObjectSizeGreaterThan": 1}}),
        rule(Expiration=DAYS, Filter={"And": {}}),
        rule(Expiration=DAYS, Filter={"And": {"Prefix": "a"}}),
        rule(Expiration=DAYS, Filter={"And": {"Tags": [{"Key": "a", "Value": "b"}]}}),
        rule(Transitions=[{"Days": 1}]),
        rule(Transitions=[{"StorageClass": "GLACIER"}]),
        rule(Transitions=[to("GLACIER") | {"Date": DATE}]),
        rule(Transitions=[to("STANDARD")]),
        rule(NoncurrentVersionTransitions=[{"NoncurrentDays": 1}]),
        rule(NoncurrentVersionTransitions=[{"StorageClass": "GLACIER"}]),
        rule(NoncurrentVersionExpiration={}),
        rule(NoncurrentVersionExpiration={"NewerNoncurrentVersions": 1}),
        rule(AbortIncompleteMultipartUpload={}),
    ],
    ids=str,
)
def test_a_document_that_violates_the_schema_is_malformed(life: Life, refused_rule: Any) -> None:
    check(life, ("MalformedXML", MALFORMED, {}), refused_rule)


def test_a_configuration_without_rules_is_malformed(life: Life) -> None:
    check(life, ("MalformedXML", MALFORMED, {}))


def test_a_configuration_needs_a_document(life: Life) -> None:
    response = ask(life.mock.cloud, "PUT", f"/{BUCKET}?lifecycle")
    assert response.status == 400
    assert b"<Code>MissingRequestBodyError</Code>" in bytes(response.body)  # type: ignore[arg-type]


def test_a_configuration_has_up_to_a_thousand_rules(life: Life) -> None:
    rules = [rule(ID=str(number), Filter={"Prefix": str(number)}, Expiration=DAYS) for number in range(1001)]
    message = "The number of lifecycle rules must not exceed the allowed limit of 1000 rules."
    check(life, request(message), *rules)
    life.rules(*rules[:1000])
    assert len(life.read()) == 1000


TAG = {"Key": "k", "Value": "v"}


@pytest.mark.parametrize(
    ("members", "error"),
    [
        ({}, request("At least one action needs to be specified in a rule")),
        (
            {"ID": "x" * 256, "Expiration": DAYS},
            argument("ID length should not exceed allowed limit of 255", "ID", "x" * 256),
        ),
        ({"Expiration": {"Days": 0}}, argument(ONE.format("Days", "Expiration"), "Days", 0)),
        ({"Expiration": {"Days": -1}}, argument(ONE.format("Days", "Expiration"), "Days", -1)),
        (
            {"Expiration": {"Date": DATE.replace(hour=1)}},
            argument("'Date' must be at midnight GMT", "Date", "2030-01-01T01:00:00.000Z"),
        ),
        (
            {"Transitions": [{"Date": DATE.replace(second=1), "StorageClass": "GLACIER"}]},
            argument("'Date' must be at midnight GMT", "Date", "2030-01-01T00:00:01.000Z"),
        ),
        (
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 0}},
            argument(ONE.format("NoncurrentDays", "NoncurrentVersionExpiration"), "NoncurrentDays", 0),
        ),
        (
            {"NoncurrentVersionExpiration": {"NoncurrentDays": 1, "NewerNoncurrentVersions": 0}},
            argument("NewerNoncurrentVersions must be a positive integer", "NewerNoncurrentVersions", 0),
        ),
        (
            {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 0}},
            argument(ONE.format("DaysAfterInitiation", "AbortIncompleteMultipartUpload"), "DaysAfterInitiation", 0),
        ),
        (
            {"Transitions": [to("GLACIER", -1)]},
            argument("'Days' in Transition action must be nonnegative", "Days", -1),
        ),
        (
            {"Transitions": [to("STANDARD_IA", 29)]},
            argument(
                "'Days' in Transition action must be greater than or equal to 30 for storageClass 'STANDARD_IA'",
                "Days",
                29,
            ),
        ),
        (
            {"NoncurrentVersionTransitions": [after(0, "ONEZONE_IA")]},
            argument(
                "'NoncurrentDays' in NoncurrentVersionTransition action must be greater than or equal to 30 for "
                "storageClass 'ONEZONE_IA'",
                "NoncurrentDays",
                0,
            ),
        ),
    ],
)
def test_an_invalid_number_or_date_is_named(life: Life, members: Any, error: Any) -> None:
    check(life, error, rule(**members))


@pytest.mark.parametrize(
    ("filter_", "message"),
    [
        ({"ObjectSizeLessThan": 0}, "'ObjectSizeLessThan' should be between 1 and 1099511627776000."),
        ({"ObjectSizeGreaterThan": -1}, "'ObjectSizeGreaterThan' should be between 0 and 1099511627776000."),
        (
            {"And": {"ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 5}},
            "'ObjectSizeLessThan' has to be a value greater than 'ObjectSizeGreaterThan'.",
        ),
        ({"And": {"Tags": [TAG, TAG]}}, "Duplicate Tag Keys are not allowed."),
        ({"Tag": {"Key": "", "Value": ""}}, "A Tag's Key must be a length between 1 and 128"),
        ({"Tag": {"Key": "k" * 129, "Value": ""}}, "A Tag's Key must be a length between 1 and 128"),
        ({"Tag": {"Key": "k", "Value": "v" * 257}}, "A Tag's Value must be a length between 0 and 256"),
        ({"Prefix": "p" * 1025}, "The maximum size of a prefix is 1024"),
    ],
)
def test_a_filter_that_can_match_nothing_is_refused(life: Life, filter_: Any, message: str) -> None:
    if filter_.get("Tag", TAG)["Key"] == "":
        # botocore sends no empty key.
        body = (
            b"<LifecycleConfiguration><Rule><Filter><Tag><Key/><Value/></Tag></Filter><Status>Enabled</Status>"
            b"<Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
        )
        response = ask(life.mock.cloud, "PUT", f"/{BUCKET}?lifecycle", body, content_md5=content_md5_of(body))
        assert message.encode() in bytes(response.body).replace(b"&apos;", b"'")  # type: ignore[arg-type]
        return
    check(life, request(message), rule(Filter=filter_, Expiration=DAYS))


def test_filters_at_their_limits_are_accepted(life: Life) -> None:
    for filter_ in (
        {"Prefix": "p" * 1024},
        {"Tag": {"Key": "k" * 128, "Value": "v" * 256}},
        {"And": {"Prefix": "", "Tags": [TAG]}},
        {"And": {"Tags": [TAG, {"Key": "K", "Value": "v"}]}},
        {"ObjectSizeLessThan": 1_099_511_627_776_000},
    ):
        life.rules(rule(Filter=filter_, Expiration=DAYS))
        assert life.read()[0]["Filter"] == filter_


@pytest.mark.parametrize("filter_", [{"Tag": TAG}, {"And": {"Prefix": "a", "Tags": [TAG]}}], ids=["tag", "and"])
def test_actions_on_keys_alone_refuse_tags_and_sizes(life: Life, filter_: Any) -> None:
    """terraform-aws-modules/terraform-aws-s3-bucket issue 109; aws-cloudformation/cfn-lint issue 3554."""
    actions: dict[str, Any] = {
        "ExpiredObjectDeleteMarker": {"Expiration": {"ExpiredObjectDeleteMarker": False}},
        "AbortIncompleteMultipartUpload": {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
    }
    for name, members in actions.items():
        check(life, request(f"{name} cannot be specified with Tags."), rule(Filter=filter_, **members))
        sized = {"ObjectSizeLessThan": 5}
        check(life, request(f"{name} cannot be specified with Object Size."), rule(Filter=sized, **members))


def test_ids_are_unique(life: Life) -> None:
    message = "Rule ID must be unique. Found same ID for more than one rule"
    check(life, argument(message, "ID", "a"), rule(ID="a", Expiration=DAYS), rule(ID="a", Expiration=DAYS))


def test_rules_are_all_of_one_kind(life: Life) -> None:
    old, new = rule(Prefix="a", Expiration=DAYS), rule(Filter={"Prefix": "b"}, Expiration=DAYS)
    check(life, request("Filter element can only be used in Lifecycle V2."), old, new)
    message = "Base level prefix cannot be used in Lifecycle V2, prefixes are only supported in the Filter."
    check(life, request(message), new, old)
    message = "NewerNoncurrentVersions element can only be used in Lifecycle V2."
    newer = {"NoncurrentDays": 1, "NewerNoncurrentVersions": 1}
    check(life, request(message), rule(Prefix="", NoncurrentVersionExpiration=newer))


def test_old_rules_of_one_action_do_not_overlap(life: Life) -> None:
    """ceph/ceph pull 23668."""
    everything, logs = rule(Prefix="", Expiration={"Days": 30}), rule(Prefix="logs", Expiration={"Days": 15})
    message = "Found overlapping prefixes 'logs' and '' for same action type 'Expiration'"
    check(life, request(message), everything, logs)
    moved = [rule(Prefix="a", Transitions=[to("GLACIER")]), rule(Prefix="a", Transitions=[to("DEEP_ARCHIVE")])]
    check(life, request("Found overlapping prefixes 'a' and 'a' for same action type 'Transition'"), *moved)
    life.rules(everything, rule(Prefix="logs", Transitions=[to("GLACIER")]))
    life.rules(rule(Prefix="a", Expiration=DAYS), rule(Prefix="b", Expiration=DAYS))
    life.rules(rule(Expiration={"Days": 30}), rule(Filter={"Prefix": "logs"}, Expiration={"Days": 15}))


FILTERS = [
    ({"Prefix": "a"}, "prefix 'a'"),
    ({"Filter": {}}, "filter '()'"),
    ({"Filter": {"Prefix": ""}}, "filter '(prefix=)'"),
    ({"Filter": {"Tag": TAG}}, "filter '(tag={key=k, value=v})'"),
    (
        {"Filter": {"And": {"Prefix": "a", "Tags": [TAG], "ObjectSizeGreaterThan": 5, "ObjectSizeLessThan": 9}}},
        "filter '(prefix=a and tag={key=k, value=v} and objectsizegreaterthan=5 and objectsizelessthan=9)'",
    ),
]


@pytest.mark.parametrize(("members", "named"), FILTERS, ids=[named for _, named in FILTERS])
def test_the_actions_of_a_rule_must_be_in_order(life: Life, members: Any, named: str) -> None:
    """noobaa/noobaa-core pull 9969, which follows S3."""
    day = {"Date": DATE, "StorageClass": "GLACIER"}
    for actions, error in (
        (
            {"Transitions": [to("GLACIER"), to("GLACIER", 5)]},
            request(f"'StorageClass' must be different for 'Transition' actions in same 'Rule' with {named}"),
        ),
        (
            {"Transitions": [day, to("DEEP_ARCHIVE", 5)]},
            request(f"Found mixed 'Date' and 'Days' based Transition actions in lifecycle rule for {named}"),
        ),
        (
            {"Transitions": [day], "Expiration": DAYS},
            request(
                f"Found mixed 'Date' and 'Days' based Expiration and Transition actions in lifecycle rule for {named}"
            ),
        ),
        (
            {"Transitions": [to("DEEP_ARCHIVE", 5), to("GLACIER", 5)]},
            argument(
                f"'Days' in the Transition action for StorageClass 'DEEP_ARCHIVE' for {named} must be greater than "
                f"'Days' in the Transition action for StorageClass 'GLACIER' for {named}",
                "Days",
                5,
            ),
        ),
        (
            {"Transitions": [to("STANDARD_IA", 30), to("GLACIER", 59)]},
            argument(
                f"'Days' in the Transition action for StorageClass 'GLACIER' for {named} must be 30 days more than "
                f"'Days' in the Transition action for StorageClass 'STANDARD_IA' for {named}",
                "Days",
                59,
            ),
        ),
        (
            {"Transitions": [day, day | {"StorageClass": "DEEP_ARCHIVE"}]},
            argument(
                f"'Date' in the Transition action for StorageClass 'DEEP_ARCHIVE' for {named} must be greater than "
                f"'Date' in the Transition action for StorageClass 'GLACIER' for {named}",
                "Date",
                "2030-01-01T00:00:00.000Z",
            ),
        ),
        (
            {"Transitions": [to("GLACIER", 5)], "Expiration": {"Days": 5}},
            argument(
                f"'Days' in the Expiration action for {named} must be greater than 'Days' in the Transition action",
                "Days",
                5,
            ),
        ),
        (
            {"Transitions": [day], "Expiration": {"Date": DATE}},
            argument(
                f"'Date' in the Expiration action for {named} must be later than 'Date' in the Transition action",
                "Date",
                "2030-01-01T00:00:00.000Z",
            ),
        ),
        (
            {
                "NoncurrentVersionTransitions": [after(5)],
                "NoncurrentVersionExpiration": {"NoncurrentDays": 5},
            },
            argument(
                f"'NoncurrentDays' in the NoncurrentVersionExpiration action for {named} must be greater than "
                "'NoncurrentDays' in the NoncurrentVersionTransition action",
                "NoncurrentDays",
                5,
            ),
        ),
    ):
        check(life, error, rule(**members, **actions))


def test_actions_at_their_limits_are_accepted(life: Life) -> None:
    life.rules(
        rule(Transitions=[to("STANDARD_IA", 30), to("GLACIER", 60), to("DEEP_ARCHIVE", 61)], Expiration={"Days": 62}),
        rule(Transitions=[to("GLACIER")], Expiration={"ExpiredObjectDeleteMarker": True}),
        rule(Transitions=[to("GLACIER", 5)], NoncurrentVersionExpiration={"NoncurrentDays": 1}),
        rule(NoncurrentVersionTransitions=[after(0)], NoncurrentVersionExpiration={"NoncurrentDays": 1}),
    )
    assert len(life.read()) == 4
