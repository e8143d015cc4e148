"""The table of the control API: what each method and path does, what it takes, and what it answers.

The dispatcher, the OpenAPI document and the page docs/control-api.md are made from it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from importlib import resources
from itertools import count
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from s3mock.clock import UNITS
from s3mock.control_api import contents
from s3mock.control_api.route import Route

if TYPE_CHECKING:
    from s3mock.control import S3
    from s3mock.control.snapshot import Snapshot
    from s3mock.control_api.schema import Schema


def _object(**properties: Schema) -> Schema:
    """The schema of an object with exactly these members."""
    return {"type": "object", "properties": properties, "required": [*properties], "additionalProperties": False}


def _list(items: Schema, doc: str = "") -> Schema:
    return {"type": "array", "items": items, **_doc(doc)}


def _text(doc: str = "", **more: Any) -> Schema:
    return {"type": "string", **_doc(doc), **more}


def _maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def _doc(doc: str) -> dict[str, str]:
    return {"description": doc} if doc else {}


_FLAG: Schema = {"type": "boolean"}
_ANY: Schema = {"type": "object"}
_TIME = _text("ISO 8601, in UTC")
_COUNT: Schema = {"type": "integer", "minimum": 0}
_ACCOUNT = _text("the id of an account, 12 digits")
_LIMIT: Schema = {"type": "integer", "minimum": 0, "maximum": 10_000, "default": 1000}
_POLICY: Schema = {"type": ["object", "string"], "description": "a policy, as an object or as text"}
_KEYS: Schema = {
    "type": "object",
    "description": "condition keys of the requests, such as aws:SourceIp: a text or a list of texts",
    "additionalProperties": {"type": ["string", "array"], "items": {"type": "string"}},
}
_BUCKET = _text("the name of a bucket")

CLOCK = _object(
    now=_TIME, offset={"type": "number", "description": "the seconds ahead of the system's clock"}, frozen=_FLAG
)
VERSION: Mapping[str, Schema] = {
    "version_id": _text(),
    "latest": _FLAG,
    "delete_marker": _FLAG,
    "size": _COUNT,
    "etag": _text("without quotes"),
    "last_modified": _TIME,
    "storage_class": _text(),
}
_UPLOAD = _object(upload_id=_text(), initiated=_TIME, part_count=_COUNT, size=_COUNT)
_KEY = _object(
    key=_text(),
    versions=_list(_object(**VERSION), f"newest first, at most {contents.MOST_VERSIONS}"),
    version_count=_COUNT,
    uploads=_list(_UPLOAD, f"multipart uploads in progress, oldest first, at most {contents.MOST_VERSIONS}"),
    upload_count=_COUNT,
)
_MOMENT = _text("a date or time in ISO 8601; without an offset it is UTC")
STATE = _object(
    buckets=_list(
        _object(
            name=_text(),
            arn=_text(),
            region=_text(),
            account=_ACCOUNT,
            created=_TIME,
            versioning=_maybe(_text("Enabled, Suspended, or null if it never was")),
            settings=_list(_text(), "the topics that are configured"),
            key_count=_COUNT,
            upload_key_count=_COUNT,
            prefixes=_list(_text(), "common prefixes, where a delimiter is given"),
            keys=_list(_KEY),
            next=_maybe(_text("what to give as `after`, with `bucket`, for the next page; null at the end")),
        )
    ),
    next=_maybe(_text("what to give as `after` for more buckets; null at the end")),
)
OBJECT = _object(
    **VERSION,
    bucket=_text(),
    key=_text(),
    owner=_ACCOUNT,
    headers=_ANY,
    metadata=_ANY,
    tags=_ANY,
    checksum=_maybe(_object(algorithm=_text(), value=_text("in base64"), type=_text())),
    encryption=_ANY,
    acl=_maybe(_ANY),
    legal_hold=_maybe(_text()),
    retention=_maybe(_object(mode=_text(), until=_TIME)),
    replication=_maybe(_text()),
    archive_status=_maybe(_text()),
    restore=_maybe(_object(tier=_text(), ready=_TIME, expires=_maybe(_TIME))),
    annotations=_list(_text(), "names"),
    parts=_list(_object(part_number=_COUNT, size=_COUNT, etag=_text()), f"at most {contents.MOST_PARTS}"),
    part_count=_COUNT,
    versions=_list(_object(**VERSION), f"newest first, at most {contents.MOST_PARTS}"),
    version_count=_COUNT,
)
CREDENTIALS = _object(aws_access_key_id=_text(), aws_secret_access_key=_text(), aws_session_token=_text())
PRINCIPALS = _object(
    principals=_list(
        _object(
            arn=_text(),
            type=_text("aws:PrincipalType"),
            account=_ACCOUNT,
            access_key_id=_text(),
            expires=_maybe(_TIME),
            policies=_list(_text(), "JSON"),
            condition_keys=_ANY,
        )
    )
)
EXPLANATION = _object(
    allowed=_FLAG,
    who=_text("an ARN, or Anonymous"),
    action=_text(),
    resource=_text(),
    because=_text("the reason"),
    statement=_maybe(_object(sid=_maybe(_text()), number=_COUNT, effect=_text())),
    sentence=_text("all of it in words"),
)
ACCESS_POINT = _object(
    kind=_text(enum=["access-point", "multi-region", "object-lambda"]),
    name=_text(),
    arn=_text(),
    alias=_text(),
    account=_ACCOUNT,
    buckets=_list(_text()),
    vpc_id=_maybe(_text()),
    policy=_maybe(_text("JSON")),
)
REQUESTS = _object(
    requests=_list(
        _object(
            number=_COUNT,
            time=_TIME,
            operation=_text("empty for a request that was refused before it was known"),
            bucket=_maybe(_text()),
            key=_maybe(_text()),
            parameters={**_ANY, "description": "those of the operation, without an object's bytes"},
            method=_text(),
            path=_text(),
            query=_text(),
            status={"type": "integer"},
            error=_maybe(_text("its code")),
            bytes_in=_COUNT,
            bytes_out=_COUNT,
            seconds={"type": "number", "minimum": 0},
            request_id=_text(),
            caller=_text("an ARN, or anonymous"),
            client=_text("the client library"),
            attempt=_COUNT,
            faults=_list(_text(), "what the fault rules did to it"),
            line=_text("the file and line of Python that called, in the process of the mock; otherwise empty"),
        )
    )
)
_DOLLARS: Schema = {"type": "number", "minimum": 0}
COST = _object(
    dollars=_DOLLARS,
    retrieval={**_DOLLARS, "description": "the part of the bytes read of classes that charge for it"},
    lines=_list(
        _object(
            requests=_text("their class"),
            storage_class=_text("empty where it means nothing"),
            number=_COUNT,
            dollars=_DOLLARS,
        )
    ),
    text=_text("the same in words, with what it leaves out"),
)
CHANGES = _object(
    changes=_list(
        _object(
            kind=_text(enum=["added", "removed", "changed"]),
            what=_text("bucket, version, upload, settings, access point, principal or clock"),
            name=_text("of the bucket, access point or principal"),
            key=_maybe(_text()),
            id=_maybe(_text("of the version or upload")),
            fields=_list(_text(), "what has changed"),
            sentence=_text("all of it in words"),
        )
    )
)
EVENTS = _object(
    events=_list(
        _object(
            sequence=_text("its place among all events"),
            name=_text(),
            bucket=_text(),
            key=_text(),
            version_id=_maybe(_text()),
            destinations=_list(_text(), "ARNs"),
            record=_ANY,
        )
    ),
    next=_maybe(_text("what to give as `after` for the next page; null at the end")),
)


_RULE: Schema = {"type": "object", "description": 'the keywords of `s3.fail`, as in `{"code": "SlowDown"}`'}
FAULTS = _object(
    rules=_list(_RULE),
    fired=_list(
        _object(
            operation=_text(),
            bucket=_maybe(_text()),
            key=_maybe(_text()),
            when=_TIME,
            attempt=_maybe(_COUNT),
            effect=_text(),
            latency={"type": "number", "description": "seconds"},
            rule=_RULE,
        )
    ),
)


def _health(_: S3) -> dict[str, str]:
    return {"status": "ok"}


def _page(_: S3) -> bytes:
    return resources.files("s3mock.control_api").joinpath("page.html").read_bytes()


def _document(_: S3) -> Mapping[str, Any]:
    from s3mock.control_api import openapi  # noqa: PLC0415

    return openapi.document(ROUTES)


def _reset(s3: S3) -> dict[str, str]:
    s3.reset()
    return _health(s3)


def _advance(s3: S3, **units: float) -> Mapping[str, Any]:
    s3.clock.advance(None, **units)
    return contents.clock(s3)


def _travel(s3: S3, to: str) -> Mapping[str, Any]:
    s3.clock.travel(to)
    return contents.clock(s3)


def _freeze(s3: S3, to: str | None = None) -> Mapping[str, Any]:
    s3.clock.freeze(to)
    return contents.clock(s3)


def _unfreeze(s3: S3) -> Mapping[str, Any]:
    s3.clock.unfreeze()
    return contents.clock(s3)


def _reset_clock(s3: S3) -> Mapping[str, Any]:
    s3.clock.reset()
    return contents.clock(s3)


def _add_principal(s3: S3, name: str, policies: Any = (), **more: Any) -> dict[str, str]:
    return s3.add_principal(name, policies, **more)


def _remove_principal(s3: S3, principal: str) -> dict[str, str]:
    s3.remove_principal(principal)
    return _health(s3)


def _explain(s3: S3, action: str, resource: str, **more: Any) -> dict[str, Any]:
    explanation = s3.explain(action, resource, **more)
    statement = explanation.statement
    return {
        "allowed": explanation.allowed,
        "who": explanation.who,
        "action": explanation.action,
        "resource": explanation.resource,
        "because": explanation.because,
        "statement": statement and {"sid": statement.sid, "number": statement.number, "effect": statement.effect},
        "sentence": str(explanation),
    }


def _add_access_point(s3: S3, name: str, bucket: str, **more: Any) -> dict[str, Any]:
    return contents.access_point(s3.add_access_point(name, bucket, **more))


def _add_multi_region(s3: S3, name: str, buckets: list[str], account: str | None = None) -> dict[str, Any]:
    return contents.access_point(s3.add_multi_region_access_point(name, *buckets, account=account))


def _put_access_point_policy(s3: S3, access_point: str, policy: Any) -> dict[str, Any]:
    return contents.access_point(s3.put_access_point_policy(access_point, policy))


def _remove_access_point(s3: S3, access_point: str) -> dict[str, str]:
    points = s3.cloud.store.access_points
    found = points.by_name.get(access_point) or points.find(access_point, "s3", "", "aws")
    if found is None:
        raise ValueError(f"{access_point!r} is not the ARN or alias of an access point")
    s3.remove_access_point(found)  # type: ignore[arg-type]  # every kind that the store has
    return _health(s3)


def _clear_events(s3: S3) -> dict[str, str]:
    s3.events.clear()
    return _health(s3)


def _clear_requests(s3: S3) -> dict[str, str]:
    s3.requests.clear()
    return _health(s3)


def _add_faults(s3: S3, rules: list[Mapping[str, Any]]) -> dict[str, Any]:
    s3.faults.load(rules)
    return contents.faults(s3)


def _clear_faults(s3: S3) -> dict[str, str]:
    s3.faults.clear()
    return _health(s3)


MOST_SNAPSHOTS = 100
"""The snapshots of an S3 that are kept: those that were taken or used last. Clients that crash leave theirs."""

_snapshots: WeakKeyDictionary[S3, tuple[count[int], OrderedDict[str, Snapshot]]] = WeakKeyDictionary()
"""The number of the next snapshot of each S3, and those that were taken here, by their ids, the last used one last."""


def _create_buckets(s3: S3, buckets: Mapping[str, Mapping[str, str]], region: str | None = None) -> dict[str, str]:
    s3.create_buckets(buckets, region)
    return _health(s3)


def _put_synthetic(s3: S3, bucket: str, key: str, size: int | str) -> dict[str, str]:
    s3.put_synthetic(bucket, key, size)
    return _health(s3)


def _taken(s3: S3) -> tuple[count[int], OrderedDict[str, Snapshot]]:
    return _snapshots.setdefault(s3, (count(1), OrderedDict()))


def _take_snapshot(s3: S3) -> dict[str, str]:
    numbers, taken = _taken(s3)
    name = str(next(numbers))  # which two threads never get at the same time
    taken[name] = s3.snapshot()
    if len(taken) > MOST_SNAPSHOTS:
        taken.popitem(last=False)
    return {"snapshot": name}


def _snapshot(s3: S3, name: str) -> Snapshot:
    """A snapshot that was taken, which is then the last used one. Raises ValueError."""
    _, taken = _taken(s3)
    try:
        taken.move_to_end(name)
        return taken[name]
    except KeyError:
        raise ValueError(
            f"there is no snapshot {name!r}: POST /_s3mock/snapshots takes one, and the {MOST_SNAPSHOTS} that were "
            "used last are kept"
        ) from None


def _remove_snapshot(s3: S3, snapshot: str) -> dict[str, str]:
    _snapshot(s3, snapshot)
    _taken(s3)[1].pop(snapshot, None)
    return _health(s3)


def _restore(s3: S3, snapshot: str) -> dict[str, str]:
    s3.restore(_snapshot(s3, snapshot))
    return _health(s3)


def _diff(s3: S3, before: str, after: str | None = None) -> dict[str, Any]:
    found = s3.diff(_snapshot(s3, before), None if after is None else _snapshot(s3, after))
    return {
        "changes": [
            {
                **{name: getattr(changed, name) for name in ("kind", "what", "name", "key", "id")},
                "fields": [*changed.fields],
                "sentence": str(changed),
            }
            for changed in found
        ]
    }


def _deliver_logs(s3: S3) -> dict[str, str]:
    s3.deliver_logs()
    return _health(s3)


_GIVEN_POINT = _text("its ARN or alias")
_FILTERS: Mapping[str, Schema] = {
    **dict.fromkeys(("operation", "bucket", "key"), _text("also a pattern like logs/*")),
    "status": {"type": "integer"},
    **dict.fromkeys(("error", "caller", "client"), _text("also a pattern")),
}

ROUTES: tuple[Route, ...] = (
    Route("GET", "/", _page, "A web page that shows what is stored.", result=None),
    Route("GET", "/openapi.json", _document, "This API as an OpenAPI 3.1 document.", result=_ANY),
    Route("GET", "/health", _health, "Whether the server answers."),
    Route("POST", "/reset", _reset, "Start over with an empty S3, at the system's time.", "reset"),
    Route(
        *("GET", "/state", contents.state, "What is stored: a tree of buckets, keys, versions and uploads."),
        parameters={
            "bucket": {**_BUCKET, "description": "only this bucket; otherwise all of them"},
            "prefix": _text("only keys with this prefix"),
            "delimiter": _text("roll keys that have this after the prefix up into prefixes"),
            "after": _text("the `next` of the page before: a key, or a bucket if none is given"),
            "limit": {**_LIMIT, "description": "the most keys and prefixes, over all buckets; 0 for buckets alone"},
        },
        result=STATE,
    ),
    Route(
        *("POST", "/buckets", _create_buckets, "Create buckets, and objects in them.", "create_buckets"),
        parameters={
            "buckets": {
                "type": "object",
                "description": "the texts of the objects by their keys, by the name of each bucket",
                "additionalProperties": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "region": _text("us-east-1 by default"),
        },
        required=("buckets",),
    ),
    Route(
        *("POST", "/object/synthetic", _put_synthetic, "Put an object that is too large to hold.", "put_synthetic"),
        parameters={
            "bucket": _BUCKET,
            "key": _text(),
            "size": {"type": ["integer", "string"], "description": "in bytes, or like 5 TB or 5 TiB"},
        },
        required=("bucket", "key", "size"),
    ),
    Route(
        *("POST", "/snapshots", _take_snapshot, "Remember all that S3 holds now.", "snapshot"),
        result=_object(snapshot=_text("what to restore it by")),
    ),
    Route(
        *("DELETE", "/snapshots", _remove_snapshot, "Forget a snapshot."),
        parameters={"snapshot": _text("as it was answered when it was taken")},
        required=("snapshot",),
    ),
    Route(
        *("POST", "/snapshots/restore", _restore, "Return to a snapshot, as often as you like.", "restore"),
        parameters={"snapshot": _text("as it was answered when it was taken")},
        required=("snapshot",),
    ),
    Route(
        *("GET", "/snapshots/diff", _diff, "What differs between two snapshots, or between one and now.", "diff"),
        parameters={"before": _text("a snapshot"), "after": _text("a snapshot; without it, now")},
        required=("before",),
        result=CHANGES,
    ),
    Route(
        *("GET", "/object", contents.one_object, "All that is known of a version of an object, except its bytes."),
        parameters={"bucket": _BUCKET, "key": _text(), "version_id": _text("by default the latest")},
        required=("bucket", "key"),
        result=OBJECT,
    ),
    Route(
        "GET", "/clock", contents.clock, "The time of the S3.", "clock.now clock.offset clock.is_frozen", result=CLOCK
    ),
    Route(
        *("POST", "/clock/advance", _advance, "Let time pass, and do what is due by then.", "clock.advance"),
        parameters={unit: {"type": "number", "minimum": 0} for unit in UNITS},
        result=CLOCK,
    ),
    Route(
        *(
            "POST",
            "/clock/travel",
            _travel,
            "Set the time, and do what is due by then.",
            "clock.travel clock.travel_to",
        ),
        parameters={"to": _MOMENT},
        required=("to",),
        result=CLOCK,
    ),
    Route(
        *("POST", "/clock/freeze", _freeze, "Stop the clock, where it is or at a time.", "clock.freeze"),
        parameters={"to": _MOMENT},
        result=CLOCK,
    ),
    Route("POST", "/clock/unfreeze", _unfreeze, "Let the clock run on.", "clock.unfreeze", result=CLOCK),
    Route(*("POST", "/clock/reset", _reset_clock, "Set the clock back to the system's.", "clock.reset"), result=CLOCK),
    Route(
        *("GET", "/principals", contents.principals, "The users, roles and sessions that were added."),
        result=PRINCIPALS,
    ),
    Route(
        *("POST", "/principals", _add_principal, "Add a user, role or session: its credentials.", "add_principal"),
        parameters={
            "name": _text("of a user, `role/NAME`, or an ARN"),
            "policies": {"type": ["object", "string", "array"], "items": _POLICY, "description": "one or several"},
            "account": _ACCOUNT,
            "session_policies": {"type": ["object", "string", "array"], "items": _POLICY},
            "seconds": {"type": "number", "minimum": 0, "default": 3600, "description": "until credentials expire"},
            "keys": _KEYS,
        },
        required=("name",),
        result=CREDENTIALS,
    ),
    Route(
        *("DELETE", "/principals", _remove_principal, "Remove a principal.", "remove_principal"),
        parameters={"principal": _text("its access key or ARN")},
        required=("principal",),
    ),
    Route(
        *("POST", "/explain", _explain, "Whether a principal may do something, and why.", "explain"),
        parameters={
            "action": _text("like s3:GetObject"),
            "resource": _text("the ARN of a bucket or an object"),
            "by": _maybe(_text("an ARN, an access key or an account; without it the request is unsigned")),
            "keys": _KEYS,
        },
        required=("action", "resource"),
        result=EXPLANATION,
    ),
    Route(
        *("GET", "/access-points", contents.access_points, "The access points of all kinds."),
        result=_object(access_points=_list(ACCESS_POINT)),
    ),
    Route(
        *("POST", "/access-points", _add_access_point, "Give a bucket an access point.", "add_access_point"),
        parameters={
            "name": _text(),
            "bucket": _BUCKET,
            "account": _ACCOUNT,
            "policy": _POLICY,
            "vpc_id": _text("the only VPC whose requests it accepts"),
        },
        required=("name", "bucket"),
        result=ACCESS_POINT,
    ),
    Route(
        *("POST", "/access-points/multi-region", _add_multi_region, "Make a Multi-Region Access Point."),
        "add_multi_region_access_point",
        parameters={
            "name": _text(),
            "buckets": _list(_text(), "one in each region; requests go to the first"),
            "account": _ACCOUNT,
        },
        required=("name", "buckets"),
        result=ACCESS_POINT,
    ),
    Route(
        *("PUT", "/access-points/policy", _put_access_point_policy, "Replace or delete an access point's policy."),
        "put_access_point_policy",
        parameters={"access_point": _GIVEN_POINT, "policy": {**_POLICY, "type": ["object", "string", "null"]}},
        required=("access_point", "policy"),
        result=ACCESS_POINT,
    ),
    Route(
        *("DELETE", "/access-points", _remove_access_point, "Remove an access point of any kind."),
        "remove_access_point",
        parameters={"access_point": _GIVEN_POINT},
        required=("access_point",),
    ),
    Route(
        *("GET", "/events", contents.events, "The events of buckets that notify, oldest first.", "events"),
        parameters={
            "bucket": _BUCKET,
            "key": _text(),
            "name": _text("ObjectCreated:Put, or a family like ObjectCreated:*"),
            "after": _text("the `sequence` of the last event of the page before"),
            "limit": {**_LIMIT, "minimum": 1},
        },
        result=EVENTS,
    ),
    Route("DELETE", "/events", _clear_events, "Forget the events so far."),
    Route(
        *("GET", "/requests", contents.requests, "The last requests to S3, oldest first.", "requests"),
        parameters={
            **_FILTERS,
            "after": {**_COUNT, "description": "only those numbered above it, the oldest first"},
            "limit": {**_LIMIT, "minimum": 1},
        },
        result=REQUESTS,
    ),
    Route("DELETE", "/requests", _clear_requests, "Forget the requests so far."),
    Route(
        *("GET", "/faults", contents.faults, "The fault rules in force, and the faults that have fired.", "faults"),
        parameters={"limit": _LIMIT},
        result=FAULTS,
    ),
    Route(
        *("POST", "/faults", _add_faults, "Let requests fail: add fault rules, all or none.", "fail"),
        parameters={"rules": _list(_RULE)},
        required=("rules",),
        result=FAULTS,
    ),
    Route("DELETE", "/faults", _clear_faults, "Remove all fault rules, and forget what has fired."),
    Route(
        *("GET", "/cost", contents.cost, "An estimate of what the requests so far would cost on S3.", "cost"),
        parameters={**_FILTERS, "times": {**_COUNT, "description": "how often they are repeated", "default": 1}},
        result=COST,
    ),
    Route("POST", "/logs/deliver", _deliver_logs, "Deliver the access logs of all requests so far.", "deliver_logs"),
)

ONLY_IN_PYTHON: Mapping[str, str] = {
    "add_object_lambda": "its function is Python",
    "assert_called": "its error is Python's; what was called is in `GET /requests`",
    "client": "makes a client of boto3",
    "clock.timestamp": "the time is in `GET /clock`",
    "dump_dir": "writes to the server's disk",
    "doctor": "is about the hooks in a process",
    "duckdb_secret_sql": "connects a client in Python",
    "env": "says how to connect, as a caller of this API already knows",
    "expect": "its error is Python's; what was called is in `GET /requests`",
    "fork": "is a snapshot that is restored",
    "load": "reads the server's disk",
    "load_dir": "reads the server's disk; `--init` does so at its start",
    "on_event": "its function is Python; events are in `GET /events`",
    "polars_storage_options": "connects a client in Python",
    "pyarrow_filesystem": "connects a client in Python",
    "resource": "makes a resource of boto3",
    "save": "writes to the server's disk",
    "storage_options": "connects a client in Python",
    "tree": "is a text; `GET /state` has the same as JSON",
}
"""The members of the control object that no route stands for, and why."""
