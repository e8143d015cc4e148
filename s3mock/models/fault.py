"""Fault rules: which requests fail, and how. A rule that means nothing is refused when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypedDict

from s3mock import near_misses
from s3mock.errors import CATALOGUE

NONE: Mapping[str, Any] = MappingProxyType({})

IN_A_SUCCESS = ("CompleteMultipartUpload", "CopyObject", "UploadPartCopy")
"""The operations whose response S3 begins, with a 200, before it knows the result (their API pages)."""

STREAMED = ("SelectObjectContent",)
"""The operations whose response is a stream of events."""

CHECKSUMMED = ("GetObject",)
"""The operations whose response has a body and its checksum."""


class Connection(NamedTuple):
    """What can happen to a connection: whether S3 gets the request, and whether its response may have begun."""

    reaches_s3: bool
    may_cut: bool


CONNECTIONS: Mapping[str, Connection] = {
    "refused": Connection(reaches_s3=False, may_cut=False),
    "connect timeout": Connection(reaches_s3=False, may_cut=False),
    "reset": Connection(reaches_s3=True, may_cut=True),
    "closed": Connection(reaches_s3=True, may_cut=False),
    "read timeout": Connection(reaches_s3=True, may_cut=False),
}
BODIES: Mapping[str, tuple[str, ...]] = {"cut": ("at",), "corrupt": ("at",), "slow": ("pace",), "wrong checksum": ()}
"""What can happen to the body of a response, and the keywords that say more about it."""

DISTRIBUTIONS: Mapping[str, tuple[str, ...]] = {
    "uniform": ("least", "most"),
    "normal": ("mean", "deviation"),
    "lognormal": ("median", "sigma"),
    "exponential": ("mean",),
    "spikes": ("usual", "spike", "probability"),
}
"""The distributions of a latency, and their parameters: seconds, except ``sigma`` and ``probability``."""

S3_RATE = {"reads": 5500, "writes": 3500}
"""The requests a second that S3 promises for each prefix.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html
"""


class Rule(NamedTuple):
    """Which requests fail, and how; ``S3.fail`` explains the fields, which are its keywords.

    Patterns are those of ``fnmatch``. ``start`` and ``end`` are seconds since 1970 by the mock's clock.
    """

    operation: tuple[str, ...] = ()
    bucket: str | None = None
    key: str | None = None
    region: str | None = None
    caller: str | None = None
    headers: Mapping[str, str] = NONE
    nth: tuple[int, ...] = ()
    sequence: tuple[str, ...] = ()
    repeat: bool = False
    probability: float = 1.0
    by_key: bool = False
    seed: int = 0
    rate: Mapping[str, int] = NONE
    times: int | None = None
    within: float | None = None
    start: float | None = None
    end: float | None = None
    code: str | None = None
    status: int | None = None
    message: str | None = None
    fields: Mapping[str, str] = NONE
    in_200: bool = False
    in_stream: int | None = None
    connection: str | None = None
    body: str | None = None
    after: bool = False
    at: float | None = None
    pace: float | None = None
    latency: float | Mapping[str, tuple[float, ...]] | None = None
    set_headers: Mapping[str, str | None] = NONE
    wait: bool = False

    @property
    def fails(self) -> bool:
        """Whether the request gets another response, or none. Otherwise it is only late, or some headers differ."""
        return self.code is not None or self.connection is not None or self.body is not None

    @property
    def reaches_s3(self) -> bool:
        """Whether S3 carries the request out, or at least answers it."""
        return self.connection is None or self.after or self.at is not None

    @property
    def effect(self) -> str:
        """What it does, in a few words: "SlowDown", "reset after the write", "latency"."""
        if self.code is not None:
            place = " in a 200" if self.in_200 else "" if self.in_stream is None else " in the stream"
            return self.code + place + (" after the write" if self.after else "")
        if self.connection is not None:
            return self.connection + (" after the write" if self.after else "")
        if self.body is not None:
            return f"{self.body} body" if self.body != "wrong checksum" else self.body
        return "latency" if self.latency is not None else "headers"

    def row(self) -> dict[str, Any]:
        """The rule as a row of JSON: the keywords that make it again."""
        row = {name: _plain(value) for name, value in self._asdict().items() if value != self._field_defaults[name]}
        for name in row.keys() & {"start", "end"}:
            row[name] = datetime.fromtimestamp(row[name], timezone.utc).isoformat()
        return row


class Keywords(TypedDict, total=False):
    """The keywords of ``S3.fail`` besides the operation, with the types that a caller may pass."""

    bucket: str
    key: str
    region: str
    caller: str
    headers: Mapping[str, str]
    nth: int | Iterable[int]
    sequence: str | Iterable[str]
    repeat: bool
    probability: float
    by_key: bool
    seed: int
    rate: Literal["s3"] | int | Mapping[str, int]
    times: int
    within: float
    start: float | str | datetime
    end: float | str | datetime
    code: str
    status: int
    message: str
    fields: Mapping[str, str]
    in_200: bool
    in_stream: int
    connection: Literal["refused", "connect timeout", "reset", "closed", "read timeout"]
    body: Literal["cut", "corrupt", "slow", "wrong checksum"]
    after: bool
    at: float
    pace: float
    latency: float | Mapping[str, float | Sequence[float]]
    set_headers: Mapping[str, str | None]
    wait: bool


def rule(operations: Collection[str], given: Mapping[str, Any], now: float, has_body: Callable[[str], bool]) -> Rule:
    """The rule that keywords, or a row of JSON, describe. ``operations`` are those that exist, ``now`` is the time.

    ``has_body`` is whether the response of an operation has a body.

    Raises TypeError for an unknown keyword, ValueError for an invalid value and for keywords that contradict each
    other.
    """
    for name in given:
        if name not in PARSERS:
            raise TypeError(near_misses.message("a fault has no", name, PARSERS))
    values: dict[str, Any] = {}
    for name, value in given.items():
        parse, expected = PARSERS[name]
        if value is None:
            continue
        try:
            values[name] = parse(value)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
            raise ValueError(f"{name} of a fault is {value!r}, but should be {expected}") from None
    for name in ("start", "end"):
        if name in values and not _is_moment(given[name]):
            values[name] += now
    if "rate" in values and not values.keys() & {"code", "connection"}:
        values["code"] = "SlowDown"
    made = Rule(**values)
    _check_operations(made, operations)
    _check_code(made)
    for wrong, message in _contradictions(made, values.keys(), has_body):
        if wrong:
            raise ValueError(message)
    return made


def latency_of(made: Rule, uniform: Callable[[], float], normal: Callable[[], float]) -> float:
    """The seconds that a request is late, never negative, drawn by ``uniform`` (0 to 1) and ``normal`` (0, 1)."""
    given = made.latency
    if given is None or isinstance(given, (int, float)):
        return given or 0.0
    ((name, parameters),) = given.items()
    draws: Mapping[str, Callable[..., float]] = {
        "uniform": lambda least, most: least + (most - least) * uniform(),
        "normal": lambda mean, deviation: mean + deviation * normal(),
        "lognormal": lambda median, sigma: median * math.exp(sigma * normal()),
        "exponential": lambda mean: -mean * math.log(1 - uniform()),
        "spikes": lambda usual, spike, probability: spike if uniform() < probability else usual,
    }
    return max(0.0, float(draws[name](*parameters)))


def _check_operations(made: Rule, operations: Collection[str]) -> None:
    for pattern in made.operation:
        if not any(fnmatchcase(name, pattern) for name in operations):
            raise ValueError(near_misses.message("S3 has no operation", pattern, operations))


def _check_code(made: Rule) -> None:
    if made.code is None:
        return
    entry = CATALOGUE.get(made.code)
    if entry is None:
        if made.status is None or made.message is None:
            raise ValueError(
                near_misses.message("S3 has no error", made.code, CATALOGUE)
                + " For a code that is not S3's give its status and message, too."
            )
        return
    for name in made.fields:
        if name not in entry.fields:
            raise ValueError(near_misses.message(f"{made.code} has no field", name, entry.fields))


def _contradictions(made: Rule, given: Collection[str], has_body: Callable[[str], bool]) -> Iterable[tuple[bool, str]]:
    """What cannot be together, with what to say about it."""
    effects = [name for name in ("code", "connection", "body") if getattr(made, name) is not None]
    yield len(effects) > 1, f"one fault cannot be {' and '.join(effects)}: make a rule of each"
    yield (
        not effects and made.latency is None and not made.set_headers,
        "a fault needs an effect: code, connection, body, latency or set_headers",
    )
    for name in ("status", "message", "fields", "in_200", "in_stream"):
        yield name in given and made.code is None, f"{name} belongs to an error of S3: give its code, too"
    outside = [name for name in made.operation if name not in IN_A_SUCCESS]
    yield (
        made.in_200 and (bool(outside) or not made.operation),
        f"only {', '.join(IN_A_SUCCESS)} have an error inside a 200: name one of them as the operation",
    )
    others = [name for name in made.operation if name not in STREAMED]
    yield (
        made.in_stream is not None and (bool(others) or not made.operation),
        f"only {', '.join(STREAMED)} has a stream of events: name it as the operation",
    )
    begun = made.in_200 or made.in_stream is not None
    yield begun and made.status is not None, "an error after a 200 has no status of its own"
    yield made.in_stream is not None and (made.in_200 or made.after), "an error in a stream is neither in_200 nor after"
    yield made.within is not None and made.times is None, "within= needs times="
    connection = CONNECTIONS.get(made.connection or "")
    may_come_after = made.code is not None or (connection is not None and connection.reaches_s3)
    yield (
        made.after and not may_come_after,
        "after=True needs a code, or a connection that is reset or closed, or a read timeout",
    )
    may_cut = made.body in ("cut", "corrupt") or (connection is not None and connection.may_cut)
    yield made.at is not None and not may_cut, "at= needs a body that is cut or corrupt, or a connection that is reset"
    yield made.pace is not None and made.body != "slow", "pace= needs body='slow'"
    yield made.body == "slow" and made.pace is None, "body='slow' needs pace=, in bytes a second"
    of_body = made.body is not None or made.at is not None
    bodiless = [name for name in made.operation if "*" not in name and not has_body(name)] if of_body else []
    yield bool(bodiless), f"the response of {', '.join(bodiless)} has no body"
    others = [name for name in made.operation if not any(fnmatchcase(known, name) for known in CHECKSUMMED)]
    yield (
        made.body == "wrong checksum" and bool(others),
        f"the response of {', '.join(others)} has no checksum of its body: those of GetObject do",
    )
    chosen = [name for name in ("nth", "sequence", "probability", "rate") if name in given]
    yield len(chosen) > 1, f"{' and '.join(chosen)} contradict each other: give one of them"
    yield made.repeat and not made.sequence, "repeat=True needs a sequence"
    yield made.by_key and "probability" not in given, "by_key=True needs a probability"
    yield made.end is not None and made.start is not None and made.end <= made.start, "it ends before it starts"


def _plain(value: Any) -> Any:
    """A value of a field as JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    return list(value) if isinstance(value, tuple) else value


# The parsers of the keywords: each returns the field, and raises ValueError or TypeError for an invalid value.


def _text(value: str) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError
    value.encode()  # half a surrogate pair is in no response
    return value


def _content(value: object) -> str:
    """The text of an element or a header, which may be empty."""
    return str(value).encode().decode()


def _texts(value: str | Iterable[str]) -> tuple[str, ...]:
    texts = tuple(map(_text, [value] if isinstance(value, str) else value))
    if not texts:
        raise ValueError
    return () if "*" in texts else texts


def _flag(value: bool) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _number(least: float, most: float = math.inf) -> Callable[[float], float]:
    def parse(value: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value <= most:
            raise ValueError
        return value

    return parse


def _whole(least: int, most: float = math.inf) -> Callable[[int], int]:
    def parse(value: int) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    return parse


def _positive(value: float) -> float:
    if _number(0)(value) == 0:
        raise ValueError
    return value


def _choice(choices: Iterable[str]) -> Callable[[str], str]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    return parse


def _numbers(value: int | Iterable[int]) -> tuple[int, ...]:
    numbers = tuple(map(_whole(1), [value] if isinstance(value, int) else value))
    if not numbers:
        raise ValueError
    return numbers


def _sequence(value: str | Iterable[str]) -> tuple[str, ...]:
    steps = tuple(value.replace(",", " ").split() if isinstance(value, str) else value)
    if not steps or not {*steps} <= {"fail", "pass"}:
        raise ValueError
    return steps


def _rate(value: str | int | Mapping[str, int]) -> Mapping[str, int]:
    if value == "s3":
        return MappingProxyType(S3_RATE)
    limits = dict.fromkeys(S3_RATE, value) if isinstance(value, int) else dict(value)  # type: ignore[arg-type]
    if not limits or not limits.keys() <= S3_RATE.keys():
        raise ValueError
    return MappingProxyType({kind: _whole(0)(limit) for kind, limit in limits.items()})


_LONGEST = 1e10
"""The most seconds from now, some centuries."""


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) or hasattr(value, "tzinfo")


def _moment(value: float | str | datetime) -> float:
    """The seconds since 1970 of a date, otherwise the number of seconds from now."""
    if not _is_moment(value):
        return _number(0, _LONGEST)(value)  # type: ignore[arg-type]
    moment: datetime = datetime.fromisoformat(value.replace("Z", "+00:00")) if isinstance(value, str) else value  # type: ignore[assignment]
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc).timestamp()  # OverflowError for a time that is in the year 10000 in UTC


def _headers(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({_text(name).lower(): _text(pattern) for name, pattern in value.items()})


def _set_headers(value: Mapping[str, str | None]) -> Mapping[str, str | None]:
    if not value:
        raise ValueError
    return MappingProxyType(
        {_text(name): None if text is None else str(text).encode().decode() for name, text in value.items()}
    )


def _fields(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType({_text(name): _content(text) for name, text in value.items()})


def _latency(value: float | Mapping[str, Iterable[float]]) -> float | Mapping[str, tuple[float, ...]]:
    if not isinstance(value, Mapping):
        return _number(0)(value)
    ((name, parameters),) = value.items()
    numbers = tuple(map(_number(0), parameters if isinstance(parameters, (list, tuple)) else [parameters]))
    if len(numbers) != len(DISTRIBUTIONS[name]) or (name == "uniform" and numbers[0] > numbers[1]):
        raise ValueError
    return MappingProxyType({name: numbers})


_PATTERN = (_text, "a pattern like 'logs/*'")
_DATE = (_moment, "seconds from now, a datetime or its ISO text")

PARSERS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "operation": (_texts, "an operation like 'PutObject', a pattern like 'Get*', or several of them"),
    "bucket": _PATTERN,
    "key": _PATTERN,
    "region": _PATTERN,
    "caller": (_text, "a pattern of an access key, an account or an ARN, or 'anonymous'"),
    "headers": (_headers, "a mapping of headers to patterns, like {'x-amz-acl': 'public-*'}"),
    "nth": (_numbers, "a number from 1, or several"),
    "sequence": (_sequence, "steps like 'fail pass fail'"),
    "repeat": (_flag, "true or false"),
    "probability": (_number(0, 1), "a number from 0 to 1"),
    "by_key": (_flag, "true or false"),
    "seed": (_whole(0), "a number from 0"),
    "rate": (_rate, "'s3', the requests a second, or a mapping like {'reads': 5500, 'writes': 3500}"),
    "times": (_whole(1), "a number from 1"),
    "within": (_positive, "a number of seconds"),
    "start": _DATE,
    "end": _DATE,
    "code": (_text, "the code of an error like 'SlowDown'"),
    "status": (_whole(300, 599), "a status from 300 to 599"),
    "message": (_text, "a text"),
    "fields": (_fields, "a mapping of elements to texts, like {'Key': 'a.txt'}"),
    "in_200": (_flag, "true or false"),
    "in_stream": (_whole(0), "the number of events before the error"),
    "connection": (_choice(CONNECTIONS), f"one of {', '.join(CONNECTIONS)}"),
    "body": (_choice(BODIES), f"one of {', '.join(BODIES)}"),
    "after": (_flag, "true or false"),
    "at": (_number(0), "a number of bytes, or a fraction of the body like 0.5"),
    "pace": (_positive, "a number of bytes a second"),
    "latency": (
        _latency,
        "seconds, or a distribution: "
        + ", ".join(f"{{'{name}': [{', '.join(parameters)}]}}" for name, parameters in DISTRIBUTIONS.items()),
    ),
    "set_headers": (_set_headers, "a mapping of headers to texts, or to None for those to remove"),
    "wait": (_flag, "true or false"),
}
"""The keywords of a rule: their parsers, and what they should be."""
