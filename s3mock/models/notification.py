"""A bucket's notification configuration: which events are sent to which queue, topic, function or event bus.

The events and their families are those of the User Guide's "Supported event types for SQS, SNS, and Lambda", and of
botocore's enumeration. The order of the checks is that of docs/errors.md; the fields of errors are assumed where
nothing is cited.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_FAMILIES = {
    "ObjectCreated": ("Put", "Post", "Copy", "CompleteMultipartUpload"),
    "ObjectRemoved": ("Delete", "DeleteMarkerCreated"),
    "ObjectRestore": ("Post", "Completed", "Delete"),
    "Replication": (
        *("OperationFailedReplication", "OperationNotTracked"),
        *("OperationMissedThreshold", "OperationReplicatedAfterThreshold"),
    ),
    "LifecycleExpiration": ("Delete", "DeleteMarkerCreated"),
    "ObjectTagging": ("Put", "Delete"),
    "ObjectAnnotation": ("Put", "Delete"),
}
_SINGLE = (
    *("ReducedRedundancyLostObject", "LifecycleTransition", "IntelligentTiering"),
    *("ObjectAcl:Put", "ObjectRetention:Put"),
)

EVENTS = frozenset(
    [f"s3:{name}" for name in _SINGLE]
    + [f"s3:{family}:{name}" for family, names in _FAMILIES.items() for name in (*names, "*")]
)
"""The values of an Event element; ``*`` stands for every event of its family."""

MOST_TARGETS = 100  # General Reference, "Amazon S3 endpoints and quotas": event notifications
LONGEST_ID = 255
LONGEST_FILTER = 1024
FIFO = ".fifo"


class Kind(NamedTuple):
    """A kind of destination: its members in boto3, its element in XML, its service, and the form of its ARNs."""

    member: str
    arn_member: str
    element: str
    service: str
    arn: re.Pattern[str]


def _arn(service: str, resource: str) -> re.Pattern[str]:
    return re.compile(rf"arn:aws[\w-]*:{service}:(?P<region>[a-z0-9-]+):(?P<account>\d{{12}}):{resource}", re.ASCII)


TOPIC = Kind("TopicConfigurations", "TopicArn", "Topic", "sns", _arn("sns", r"(?P<name>[\w-]{1,256})"))
QUEUE = Kind("QueueConfigurations", "QueueArn", "Queue", "sqs", _arn("sqs", r"(?P<name>[\w-]{1,80})"))
FUNCTION = Kind(
    "LambdaFunctionConfigurations",
    "LambdaFunctionArn",
    "CloudFunction",
    "lambda",
    _arn("lambda", r"function:(?P<name>[\w-]{1,64})(:[\w$-]+)?"),
)
KINDS = (TOPIC, QUEUE, FUNCTION)

_EVENT_BUS = _arn("events", "event-bus/default")


def is_destination(arn: str) -> bool:
    """Whether S3 can send events to this ARN: of a topic, a queue, a function, or an account's default event bus."""
    return any(form.fullmatch(arn) for form in (*(kind.arn for kind in KINDS), _EVENT_BUS))


OVERLAPPING = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
"""The message without filters (https://github.com/minio/minio/issues/2472); that it is the same for two events of one
configuration is assumed."""
AMBIGUOUS = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
    "overlapping for the same event type."
)
"""The message with filters (https://github.com/aws/aws-cli/issues/2387)."""


def includes(pattern: str, event: str) -> bool:
    """Whether an event is ``pattern``, or of the family that it stands for."""
    return pattern == event or (pattern.endswith(":*") and event.startswith(pattern[:-1]))


@dataclass(frozen=True, slots=True)
class Target:
    """One configuration: a destination, its events, and the filter's ``rules`` by name and value as S3 returns them.

    ``prefix`` and ``suffix`` are the decoded values: special characters are URL-encoded in a filter (User Guide,
    "Configuring event notifications using object key name filtering").
    """

    kind: Kind
    id: str
    arn: str
    events: tuple[str, ...]
    rules: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    suffix: str = ""

    def accepts(self, event: str, key: str) -> bool:
        """Whether an event (without its "s3:") of ``key`` is sent to this destination."""
        return (
            any(includes(pattern, f"s3:{event}") for pattern in self.events)
            and key.startswith(self.prefix)
            and key.endswith(self.suffix)
        )

    def overlap(self, other: Target) -> tuple[str, str] | None:
        """An event, or family, of each that both would be sent for some key; None without an overlap."""
        shorter_prefix, prefix = sorted((self.prefix, other.prefix), key=len)
        shorter_suffix, suffix = sorted((self.suffix, other.suffix), key=len)
        if not prefix.startswith(shorter_prefix) or not suffix.endswith(shorter_suffix):
            return None
        for one in self.events:
            for another in other.events:
                if includes(one, another) or includes(another, one):
                    return one, another
        return None

    def describe(self) -> dict[str, Any]:
        """The configuration as S3 returns it: the names of filter rules begin with a capital (s3_facts 16)."""
        members: dict[str, Any] = {"Id": self.id, self.kind.arn_member: self.arn, "Events": list(self.events)}
        if self.rules:
            members["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in self.rules]}}
        return members


@dataclass(frozen=True, slots=True)
class Notification:
    """A bucket's notification configuration: an event goes to at most one of the ``targets``, and to the event bus."""

    targets: tuple[Target, ...] = ()
    event_bridge: bool = False

    @classmethod
    def of(cls, configuration: Mapping[str, Any], region: str, new_id: Callable[[], str]) -> Notification | None:
        """The NotificationConfiguration of a bucket in ``region``, None for an empty one.

        ``new_id`` makes the ids of configurations without one.

        Raises InvalidArgument; InvalidRequest for too many; MalformedXML for a filter without rules.
        """
        elements = [(kind, element) for kind in KINDS for element in configuration.get(kind.member, ())]
        if len(elements) > MOST_TARGETS:  # the message is assumed: other servers have it
            message = f"Too many configurations submitted. The maximum number of configurations is {MOST_TARGETS}"
            raise S3Error("InvalidRequest", message)
        targets = tuple(_target(kind, element, region, new_id) for kind, element in elements)
        ids: set[str] = set()
        for target in targets:
            if target.id in ids:  # the message is assumed: other servers have it
                message = "Same ID used for multiple configurations. IDs must be unique."
                raise invalid_argument(message, "Id", target.id)
            ids.add(target.id)
        for place, target in enumerate(targets):
            for other in targets[:place]:
                events = other.overlap(target)
                if events is not None:
                    message = AMBIGUOUS if other.rules or target.rules else OVERLAPPING
                    raise invalid_argument(message, "Event", ", ".join(events))
        event_bridge = "EventBridgeConfiguration" in configuration
        return cls(targets, event_bridge) if targets or event_bridge else None

    def find(self, event: str, key: str) -> Target | None:
        """The destination of an event (without its "s3:") of ``key`` besides the event bus, None without one."""
        return next((target for target in self.targets if target.accepts(event, key)), None)

    def describe(self) -> dict[str, Any]:
        """The response of GetBucketNotificationConfiguration."""
        members: dict[str, Any] = {}
        for target in self.targets:
            members.setdefault(target.kind.member, []).append(target.describe())
        if self.event_bridge:
            members["EventBridgeConfiguration"] = {}
        return members


def _target(kind: Kind, element: Mapping[str, Any], region: str, new_id: Callable[[], str]) -> Target:
    arn, events = element[kind.arn_member], tuple(element["Events"])
    if len(element.get("Id", "")) > LONGEST_ID:  # the message is assumed: other servers have it
        raise invalid_argument(f"ID length exceeded allowed limit of {LONGEST_ID}", "Id", element["Id"])
    if not events:
        raise S3Error("MalformedXML")
    for event in events:
        if event not in EVENTS:  # assumed
            raise invalid_argument("The event is not supported for notifications", "Event", event)

    found = kind.arn.fullmatch(arn.removesuffix(FIFO) if kind is QUEUE else arn)
    if found is None:  # s3_facts 16
        raise invalid_argument("The ARN could not be parsed", kind.element, arn)
    if kind is QUEUE and arn.endswith(FIFO):  # User Guide, "Event notification types": no FIFO queues; message assumed
        raise invalid_argument("FIFO SQS queues are not supported.", kind.element, arn)
    if found["region"] != region:  # the message: Lambda's console shows it; the fields are assumed
        message = "The notification destination service region is not valid for the bucket location constraint"
        raise invalid_argument(message, kind.element, arn)

    rules = dict(_filter_rules(element["Filter"])) if "Filter" in element else {}
    for place, event in enumerate(events):
        for earlier in events[:place]:
            if includes(earlier, event) or includes(event, earlier):
                raise invalid_argument(OVERLAPPING, "Event", f"{earlier}, {event}")
    prefix, suffix = (unquote_plus(rules.get(name, "")) for name in ("Prefix", "Suffix"))
    return Target(kind, element.get("Id") or new_id(), arn, events, tuple(rules.items()), prefix, suffix)


def _filter_rules(element: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the name and the value of each rule. Raises MalformedXML, InvalidArgument."""
    rules = element.get("Key", {}).get("FilterRules", ())
    if not rules:
        raise S3Error("MalformedXML")  # assumed
    seen = set()
    for rule in rules:
        name = rule["Name"].capitalize()
        if name not in ("Prefix", "Suffix"):  # aws_recorded: test_bucket_notification_with_invalid_filter_rules
            raise invalid_argument("filter rule name must be either prefix or suffix", "FilterRule.Name", rule["Name"])
        if name in seen:  # this message and the next are assumed: MinIO has them
            message = f"Cannot specify more than one {name.lower()} rule in a filter."
            raise invalid_argument(message, "FilterRule.Name", rule["Name"])
        seen.add(name)
        if len(rule["Value"].encode()) > LONGEST_FILTER:
            message = f"Size of filter rule value cannot exceed {LONGEST_FILTER} bytes in UTF-8 representation"
            raise invalid_argument(message, "FilterRule.Value", rule["Value"])
        yield name, rule["Value"]
