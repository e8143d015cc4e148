"""What a bucket tells of its events, and whom: ?notification.

The events and their families are those of the User Guide's "Supported event types for SQS, SNS, and Lambda", and of
botocore's enumeration. In which order S3 looks at a document is assumed, and so are the fields of errors where nothing
is cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote_plus

from s3mock.errors import S3Error, invalid_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

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
"""What an Event may say; a family's ``*`` is all of it."""

MOST_TARGETS = 100  # General Reference, "Amazon S3 endpoints and quotas": event notifications
LONGEST_ID = 255
LONGEST_FILTER = 1024
FIFO = ".fifo"


class Kind(NamedTuple):
    """A kind of destination: its members in boto3, its element in XML, and the form of its ARNs."""

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


@dataclass(frozen=True, slots=True)
class Target:
    """One configuration: which events go where. ``rules`` are the filter's names and values, as S3 answers them.

    ``prefix`` and ``suffix`` are what they mean: special characters are URL-encoded in a filter (User Guide,
    "Configuring event notifications using object key name filtering").
    """

    kind: Kind
    id: str
    arn: str
    events: tuple[str, ...]
    rules: tuple[tuple[str, str], ...] = ()
    prefix: str = ""
    suffix: str = ""

    def wants(self, event: str, key: str) -> bool:
        """Tell whether an event (without its "s3:") of ``key`` goes here."""
        return (
            any(includes(wanted, f"s3:{event}") for wanted in self.events)
            and key.startswith(self.prefix)
            and key.endswith(self.suffix)
        )

    def describe(self) -> dict[str, Any]:
        """Return the configuration as S3 answers it: filters with a capital letter (s3_facts 16)."""
        told: dict[str, Any] = {"Id": self.id, self.kind.arn_member: self.arn, "Events": list(self.events)}
        if self.rules:
            told["Filter"] = {"Key": {"FilterRules": [{"Name": name, "Value": value} for name, value in self.rules]}}
        return told


@dataclass(frozen=True, slots=True)
class Notification:
    """A bucket's notification configuration: no event has more than one of the ``targets``, and all may go to a bus."""

    targets: tuple[Target, ...] = ()
    event_bridge: bool = False

    @classmethod
    def of(cls, configuration: Mapping[str, Any], region: str, new_id: Callable[[], str]) -> Notification | None:
        """Return what a NotificationConfiguration for a bucket in ``region`` says, None where it says nothing.

        ``new_id`` makes the ids of those that have none.

        Raises InvalidArgument; InvalidRequest for too many; MalformedXML for a filter without rules.
        """
        asked = [(kind, one) for kind in KINDS for one in configuration.get(kind.member, ())]
        if len(asked) > MOST_TARGETS:  # the words are assumed: other servers have them
            message = f"Too many configurations submitted. The maximum number of configurations is {MOST_TARGETS}"
            raise S3Error("InvalidRequest", message)
        targets = tuple(_target(kind, one, region, new_id) for kind, one in asked)
        ids = [target.id for target in targets]
        if len(set(ids)) < len(ids):  # likewise
            raise invalid_argument(
                "Same ID used for multiple configurations. IDs must be unique.", "Id", _repeated(ids)
            )
        for place, target in enumerate(targets):
            for other in targets[:place]:
                _check_overlap(other, target)
        event_bridge = "EventBridgeConfiguration" in configuration
        return cls(targets, event_bridge) if targets or event_bridge else None

    def find(self, event: str, key: str) -> Target | None:
        """Return where an event (without its "s3:") of ``key`` goes, besides the bus."""
        return next((target for target in self.targets if target.wants(event, key)), None)

    def describe(self) -> dict[str, Any]:
        """Return the configuration as S3 answers it."""
        told: dict[str, Any] = {}
        for target in self.targets:
            told.setdefault(target.kind.member, []).append(target.describe())
        if self.event_bridge:
            told["EventBridgeConfiguration"] = {}
        return told


def includes(pattern: str, event: str) -> bool:
    """Tell whether an event is ``pattern``, or of the family that it names."""
    return pattern == event or (pattern.endswith(":*") and event.startswith(pattern[:-1]))


def _target(kind: Kind, asked: Mapping[str, Any], region: str, new_id: Callable[[], str]) -> Target:
    arn, events = asked[kind.arn_member], tuple(asked["Events"])
    if len(asked.get("Id", "")) > LONGEST_ID:  # likewise
        raise invalid_argument(f"ID length exceeded allowed limit of {LONGEST_ID}", "Id", asked["Id"])
    if not events:
        raise S3Error("MalformedXML")
    for event in events:
        if event not in EVENTS:  # assumed
            raise invalid_argument("The event is not supported for notifications", "Event", event)
    _check_arn(kind, arn, region)
    rules = tuple(_rules(asked["Filter"])) if "Filter" in asked else ()
    clashes = [(one, other) for place, other in enumerate(events) for one in events[:place] if _share([one], [other])]
    if clashes:
        raise _overlap(*clashes[0])
    decoded = {name: unquote_plus(value) for name, value in rules}
    target_id = asked.get("Id") or new_id()
    return Target(kind, target_id, arn, events, rules, decoded.get("Prefix", ""), decoded.get("Suffix", ""))


def _check_arn(kind: Kind, arn: str, region: str) -> None:
    found = kind.arn.fullmatch(arn.removesuffix(FIFO) if kind is QUEUE else arn)
    if found is None:  # s3_facts 16
        raise invalid_argument("The ARN could not be parsed", kind.element, arn)
    if kind is QUEUE and arn.endswith(FIFO):  # User Guide, "Event notification types": no FIFO queues; words assumed
        raise invalid_argument("FIFO SQS queues are not supported.", kind.element, arn)
    if found["region"] != region:  # the message: Lambda's console shows it ; the fields are assumed
        message = "The notification destination service region is not valid for the bucket location constraint"
        raise invalid_argument(message, kind.element, arn)


def _rules(asked: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    rules = asked.get("Key", {}).get("FilterRules", ())
    if not rules:
        raise S3Error("MalformedXML")  # assumed
    seen = set()
    for rule in rules:
        name = rule["Name"].capitalize()
        if name not in ("Prefix", "Suffix"):  # aws_recorded: test_bucket_notification_with_invalid_filter_rules
            raise invalid_argument("filter rule name must be either prefix or suffix", "FilterRule.Name", rule["Name"])
        if name in seen:  # these words and the next are assumed: MinIO has them
            message = f"Cannot specify more than one {name.lower()} rule in a filter."
            raise invalid_argument(message, "FilterRule.Name", rule["Name"])
        seen.add(name)
        if len(rule["Value"].encode()) > LONGEST_FILTER:
            message = f"Size of filter rule value cannot exceed {LONGEST_FILTER} bytes in UTF-8 representation"
            raise invalid_argument(message, "FilterRule.Value", rule["Value"])
        yield name, rule["Value"]


def _check_overlap(one: Target, other: Target) -> None:
    """Refuse two configurations that some event of some key would go to.

    https://github.com/aws/aws-cli/issues/2387 has the words where there are filters; without any, ``_overlap`` has.
    """
    shared = _share(one.events, other.events)
    if shared is None or not _alike(one, other):
        return
    if not one.rules and not other.rules:
        raise _overlap(*shared)
    raise invalid_argument(
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are "
        "overlapping for the same event type.",
        "Event",
        ", ".join(shared),
    )


def _share(some: Iterable[str], others: Iterable[str]) -> tuple[str, str] | None:
    """Return two events, or families, of which one is the other's."""
    others = tuple(others)
    for one in some:
        for other in others:
            if includes(one, other) or includes(other, one):
                return one, other
    return None


def _alike(one: Target, other: Target) -> bool:
    """Tell whether a key may pass both filters."""
    shorter_prefix, prefix = sorted((one.prefix, other.prefix), key=len)
    shorter_suffix, suffix = sorted((one.suffix, other.suffix), key=len)
    return prefix.startswith(shorter_prefix) and suffix.endswith(shorter_suffix)


def _overlap(one: str, other: str) -> S3Error:
    # https://github.com/minio/minio/issues/2472; that it is so within one configuration, too, is assumed.
    message = "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    return invalid_argument(message, "Event", f"{one}, {other}")


def _repeated(names: Iterable[str]) -> str:
    there = list(names)
    return next(name for place, name in enumerate(there) if name in there[:place])
