"""What a cloud holds, as JSON: a page of its tree, an object, its principals, access points, events and requests."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from s3mock.backend import listing
from s3mock.backend.bucket_state import BucketState
from s3mock.control.events import event_filter
from s3mock.errors import S3Error
from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from s3mock.backend.keys import KeyIndex
    from s3mock.backend.store import Store
    from s3mock.control import S3
    from s3mock.models.access_points import Point
    from s3mock.models.multipart import Upload
    from s3mock.models.version import Version

MOST_BUCKETS = 1000
MOST_VERSIONS = 100
MOST_PARTS = 1000
"""The most buckets, versions and uploads of a key, and parts of an object in an answer. Their numbers are exact."""


def state(
    s3: S3, bucket: str | None = None, prefix: str = "", delimiter: str = "", after: str = "", limit: int = 1000
) -> dict[str, Any]:
    """The tree of all buckets, or of one: its page of at most ``limit`` keys and common prefixes.

    ``after`` is the ``next`` of the page before: the name of a bucket, or a key where a bucket is given. Raises
    NoSuchBucket.
    """
    store = _now(s3)
    if bucket is not None:
        one = _bucket(store, bucket)
        page = _page(one, prefix, delimiter, after, limit)
        return {"buckets": [_describe_bucket(one) | page], "next": None}
    every = sorted(store.buckets.values(), key=lambda each: (each.identity.name, each.identity.partition))
    later = [each for each in every if each.identity.name > after]
    buckets: list[dict[str, Any]] = []
    for each in later[:MOST_BUCKETS]:
        page = _page(each, prefix, delimiter, "", limit)
        limit -= len(page["keys"]) + len(page["prefixes"])
        buckets.append(_describe_bucket(each) | page)
    return {"buckets": buckets, "next": buckets[-1]["name"] if len(later) > MOST_BUCKETS else None}


def one_object(s3: S3, bucket: str, key: str, version_id: str | None = None) -> dict[str, Any]:
    """Everything about a version of an object except its bytes, by default the latest, also if a delete marker is.

    Raises NoSuchBucket, NoSuchKey, NoSuchVersion.
    """
    stack = _bucket(_now(s3), bucket).keys.get(key)
    if stack is None:
        raise S3Error("NoSuchKey", Key=key)
    version = next((each for each in stack if version_id in (None, each.version_id)), None)
    if version is None:
        raise S3Error("NoSuchVersion", Key=key, VersionId=version_id)
    lock, checksum, restore = version.lock, version.checksum, version.restore
    retention = None if lock is None else lock.retention
    return {
        **_describe_version(version, version is stack[0]),
        "bucket": bucket,
        "key": key,
        "owner": version.owner.id,
        "headers": dict(version.headers),
        "metadata": dict(version.metadata),
        "tags": dict(version.tags),
        "checksum": checksum and {"algorithm": checksum.algorithm, "value": checksum.value, "type": checksum.type},
        "encryption": {} if version.delete_marker else dict(version.encryption.members),
        "acl": version.acl and version.acl.describe(),
        "legal_hold": lock and lock.legal_hold,
        "retention": retention and {"mode": retention.mode, "until": _time(retention.until(s3.clock.now()))},
        "replication": version.replication and version.replication.status,
        "archive_status": version.archive_status,
        "restore": restore
        and {"tier": restore.tier, "ready": _time(restore.ready), "expires": restore.expiry and _time(restore.expiry)},
        "annotations": [each.name for each in version.annotations],
        "parts": [
            {"part_number": part.part_number, "size": part.size, "etag": part.etag}
            for part in version.parts[:MOST_PARTS]
        ],
        "part_count": len(version.parts),
        "versions": [_describe_version(each, each is stack[0]) for each in stack[:MOST_PARTS]],
        "version_count": len(stack),
    }


def principals(s3: S3) -> dict[str, Any]:
    """The principals that were added, without their secrets."""
    store = s3.cloud.store
    described = []
    for key, principal in store.principals.by_key.items():
        identity = store.identities.by_key.get(key)
        expiration = None if identity is None else identity.expiration
        described.append(
            {
                "arn": principal.arn,
                "type": principal.type,
                "account": principal.account.id,
                "access_key_id": key,
                "expires": expiration and _time(expiration),
                "policies": [policy.text for policy in principal.policies],
                "condition_keys": {name: list(values) for name, values in principal.keys.items()},
            }
        )
    return {"principals": described}


def access_points(s3: S3) -> dict[str, Any]:
    """The access points of all kinds, ordered by ARN."""
    points = {point.arn: point for point in s3.cloud.store.access_points.by_name.values()}
    return {"access_points": [access_point(points[arn]) for arn in sorted(points)]}


def access_point(point: Point) -> dict[str, Any]:
    """An access point of any kind."""
    single = point if isinstance(point, AccessPoint) else None
    kind = "multi-region" if isinstance(point, MultiRegionAccessPoint) else "object-lambda"
    return {
        "kind": "access-point" if single else kind,
        "name": getattr(point, "name", ""),
        "arn": point.arn,
        "alias": getattr(point, "alias", ""),
        "account": point.account.id,
        "buckets": list(point.buckets),
        "vpc_id": single and single.vpc_id,
        "policy": single and single.policy and single.policy.text,
    }


def faults(s3: S3, limit: int = 1000) -> dict[str, Any]:
    """The fault rules in force, and the last ``limit`` faults that have fired, oldest first."""
    log = tuple(s3.faults)
    fired = [
        {
            "operation": fault.operation,
            "bucket": fault.bucket,
            "key": fault.key,
            "when": fault.when,
            "attempt": fault.attempt,
            "effect": fault.effect,
            "latency": fault.latency,
            "rule": fault.rule.row(),
        }
        for fault in log[max(0, len(log) - limit) :]
    ]
    return {"rules": s3.faults.rows(), "fired": fired}


def events(
    s3: S3,
    bucket: str | None = None,
    key: str | None = None,
    name: str | None = None,
    after: str = "",
    limit: int = 1000,
) -> dict[str, Any]:
    """The events that are kept, oldest first, after the sequence ``after``. Raises ValueError for an unknown name."""
    wanted = event_filter(bucket, key, name)
    kept = _now(s3).events.scan(after, after=True)
    found = ((sequence, event) for sequence, event in kept if wanted(event))
    page = [
        {
            "sequence": sequence,
            "name": event.name,
            "bucket": event.bucket,
            "key": event.key,
            "version_id": event.version_id,
            "destinations": list(event.destinations),
            "record": event.record,
        }
        for sequence, event in islice(found, limit)
    ]
    return {"events": page, "next": page[-1]["sequence"] if page and next(found, None) is not None else None}


def requests(s3: S3, after: int | None = None, limit: int = 1000, **filters: Any) -> dict[str, Any]:
    """The last ``limit`` requests that fit the filters, or the first ones that are numbered above ``after``.

    Raises RuntimeError where no requests are kept, and what ``Requests.of`` raises.
    """
    found = s3.requests.of(filters.pop("operation", None), **filters)
    page = found[-limit:] if after is None else [each for each in found if each.number > after][:limit]
    return {
        "requests": [
            {
                "number": each.number,
                "time": _time(each.when),
                "operation": each.operation,
                "bucket": each.bucket,
                "key": each.key,
                "parameters": each.parameters,
                "method": each.method,
                "path": each.path,
                "query": each.query,
                "status": each.status,
                "error": each.error,
                "bytes_in": each.bytes_in,
                "bytes_out": each.bytes_out,
                "seconds": each.seconds,
                "request_id": each.request_id,
                "caller": each.caller,
                "client": each.client,
                "attempt": each.attempt,
                "faults": each.faults,
                "line": each.line,
            }
            for each in page
        ]
    }


def cost(s3: S3, times: int = 1, **filters: Any) -> dict[str, Any]:
    """An estimate of what the requests that fit the filters would cost on S3, repeated ``times``.

    Raises what ``requests`` raises.
    """
    estimate = s3.requests.of(filters.pop("operation", None), **filters).cost(times=times)
    return {
        "dollars": estimate.dollars,
        "retrieval": estimate.retrieval,
        "lines": [line._asdict() for line in estimate.lines],
        "text": str(estimate),
    }


def _now(s3: S3) -> Store:
    """The store after the work that is due by now."""
    s3.cloud.events.send(s3.cloud.catch_up())
    return s3.cloud.store


def _bucket(store: Store, name: str) -> BucketState:
    """The bucket with a name, in the standard partition or else in any other. Raises NoSuchBucket."""
    found = store.buckets.get(("aws", name))
    if found is None:
        found = next((each for (_, other), each in store.buckets.items() if other == name), None)
    if found is None:
        raise S3Error("NoSuchBucket", BucketName=name)
    return found


def _describe_bucket(state: BucketState) -> dict[str, Any]:
    bucket, configuration = state.identity, state.configuration
    return {
        "name": bucket.name,
        "arn": bucket.arn,
        "region": bucket.region,
        "account": bucket.account.id,
        "created": _time(bucket.creation_date),
        "versioning": configuration.versioning,
        "settings": [*configuration.configured()],
        "key_count": len(state.keys),
        "upload_key_count": len(state.uploads),
    }


def _page(state: BucketState, prefix: str, delimiter: str, after: str, limit: int) -> dict[str, Any]:
    """The first ``limit`` names after ``after``: keys with versions or uploads, and common prefixes.

    ``next`` is where the next page begins, None at the end.
    """

    def page(index: KeyIndex[Any]) -> listing.Page[tuple[Any, ...]]:
        return listing.page(
            index,
            prefix=prefix,
            delimiter=delimiter,
            after=after,
            limit=max(limit, 1),
            pick=lambda value: value,
        )

    keys, uploads = page(state.keys), page(state.uploads)
    versions_of, uploads_of = dict(keys.entries), dict(uploads.entries)
    prefixes = {*keys.common_prefixes, *uploads.common_prefixes}
    names = sorted({*prefixes, *versions_of, *uploads_of})
    shown = names[: max(limit, 0)]
    more = keys.truncated or uploads.truncated or len(names) > len(shown)
    return {
        "prefixes": [name for name in shown if name in prefixes],
        "keys": [
            _describe_key(name, versions_of.get(name, ()), uploads_of.get(name, ()))
            for name in shown
            if name not in prefixes
        ],
        "next": (shown[-1] if shown else after) if more else None,
    }


def _describe_key(key: str, versions: tuple[Version, ...], uploads: tuple[Upload, ...]) -> dict[str, Any]:
    return {
        "key": key,
        "versions": [_describe_version(each, not place) for place, each in enumerate(versions[:MOST_VERSIONS])],
        "version_count": len(versions),
        "uploads": [_describe_upload(each) for each in uploads[:MOST_VERSIONS]],
        "upload_count": len(uploads),
    }


def _describe_version(version: Version, is_latest: bool) -> dict[str, Any]:
    return {
        "version_id": version.version_id,
        "latest": is_latest,
        "delete_marker": version.delete_marker,
        "size": version.size,
        "etag": version.etag,
        "last_modified": _time(version.last_modified),
        "storage_class": version.storage_class,
    }


def _describe_upload(upload: Upload) -> dict[str, Any]:
    return {
        "upload_id": upload.upload_id,
        "initiated": _time(upload.initiated),
        "part_count": len(upload.parts),
        "size": sum(part.size for part in upload.parts),
    }


def _time(moment: datetime) -> str:
    """The time in ISO 8601, in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def clock(s3: S3) -> Mapping[str, Any]:
    """The time of the S3, by how many seconds it is ahead of the system's clock, and whether it stands."""
    return {"now": _time(s3.clock.now()), "offset": s3.clock.offset, "frozen": s3.clock.is_frozen}
