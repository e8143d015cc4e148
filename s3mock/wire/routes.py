"""Which operation a request asks for: method, kind of resource, query and headers, compiled from botocore's model.

A query parameter that stands alone in the model's request URI (``?acl``) selects a subresource; ``uploadId`` does too,
although the model calls it an ordinary parameter. All else in a query is ignored here, as S3 ignores it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from s3mock.errors import S3Error
from s3mock.wire import model

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from s3mock.http import Target

# Requests that S3 answers and the model does not name.
POST_OBJECT = "PostObject"
"""A browser's form: every POST to a bucket that selects no subresource. (One without multipart/form-data is a 412.)"""
PREFLIGHT = "PreflightRequest"
"""A browser's OPTIONS, whatever the resource."""

_WRITE_GET_OBJECT_RESPONSE = "WriteGetObjectResponse"
_LIST_DIRECTORY_BUCKETS = "ListDirectoryBuckets"

_ROOT, _BUCKET, _KEY = "SERVICE", "BUCKET", "OBJECT"
_KINDS = {"/": _ROOT, "/{Bucket}": _BUCKET, "/{Bucket}/{Key+}": _KEY}

# An upload and its parts are two resources: a HEAD of the first is told "Allow: DELETE, POST, GET".
# (measured on S3, 2026-09-16: https://github.com/brekkylab/backlot/issues/230)
_UPLOAD, _PART = "uploadId", "partNumber"

# The order in which S3 lists them. (https://github.com/brekkylab/backlot/issues/312)
_ALLOW_ORDER = ("HEAD", "DELETE", "POST", "GET", "PUT")

# What an error calls a resource. SERVICE, BUCKET, OBJECT and BUCKETPOLICY were seen in answers of S3
# (https://github.com/versity/versitygw/issues/1810, https://github.com/filestack/filestack-js/issues/55). These are the
# words of server access logs; so the others are assumed to be theirs, and those not listed the parameter in upper case.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
_RESOURCE_TYPES = {
    "": "",
    "delete": "MULTI_OBJECT_DELETE",
    "intelligent-tiering": "INTELLIGENT_TIERING",
    "legal-hold": "OBJECT_LOCK_LEGALHOLD",
    "logging": "LOGGING_STATUS",
    "object-lock": "OBJECT_LOCK_CONFIGURATION",
    "ownershipControls": "OWNERSHIP_CONTROLS",
    "partNumber": "PART",
    "policy": "BUCKETPOLICY",
    "policyStatus": "POLICY_STATUS",
    "publicAccessBlock": "PUBLIC_ACCESS_BLOCK",
    "requestPayment": "REQUEST_PAYMENT",
    "retention": "OBJECT_LOCK_RETENTION",
    "uploadId": "UPLOAD",
    "versions": "BUCKETVERSIONS",
}

# Of objects access logs have other words. (User Guide, "Amazon S3 server access log format")
_OF_OBJECTS = {"tagging": "OBJECT_TAGGING"}

# What the model has and S3 no longer: a HEAD is told no Allow. (brekkylab/backlot, 2026-09-29)
_GIVEN_UP = frozenset({"torrent"})


class _Route(NamedTuple):
    """One operation, and what tells it from the others of the same method and resource."""

    operation: str
    query: frozenset[tuple[str, str]]  # an empty value: any
    headers: frozenset[str]

    def fits(self, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Tell whether a request has all that is asked for here."""
        for name, value in self.query:
            if name not in query or (value and value != query[name]):
                return False
        return self.headers <= headers.keys()


_Methods = dict[str, tuple[_Route, ...]]
_Resources = dict[str, dict[str, _Methods]]  # kind -> selector ("" for the resource itself) -> method -> routes


def match(method: str, target: Target, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the name of the operation: one of the model's, ``POST_OBJECT`` or ``PREFLIGHT``.

    Raises ``MethodNotAllowed`` where the resource does not know the method, ``InvalidArgument`` where the query
    selects two subresources at once, a part of no upload, or a version for an operation that is not about one, and
    ``InvalidRequest`` or ``NoLoggingStatusForKey`` for a subresource that keys do not have.
    """
    if method == "OPTIONS":
        return PREFLIGHT
    kind = _KEY if target.key is not None else _BUCKET if target.bucket is not None else _ROOT
    selector = _selector(method, query, _resources()[kind]) if query else ""
    if query and not selector and kind is _KEY:
        selector = _bucket_selector(method, query)
        kind = _BUCKET if selector else _KEY
    routes = _resources()[kind][selector].get(method)
    if method == "POST":
        if _answers_object_lambda(target, headers):
            return _WRITE_GET_OBJECT_RESPONSE
        if kind is _BUCKET and not selector:
            return POST_OBJECT
    if routes is None:
        raise _method_not_allowed(method, kind, selector)
    if kind is _ROOT and _is_for_directory_buckets(target, query, headers):
        return _LIST_DIRECTORY_BUCKETS
    route = next((route for route in routes[:-1] if route.fits(query, headers)), routes[-1])
    if selector and kind is _KEY and "versionId" in query and route.operation not in _of_versions():
        # Before anything is looked up (brekkylab/backlot, 2026-09-29); the fields are assumed.
        message = "This operation does not accept a version-id."
        raise S3Error("InvalidArgument", message, ArgumentName="versionId", ArgumentValue=query["versionId"])
    return route.operation


def resource_type(method: str, target: Target, query: Mapping[str, str]) -> str:
    """Return what errors and access logs call the resource that a request is about."""
    kind = _KEY if target.key is not None else _BUCKET if target.bucket is not None else _ROOT
    resources = _resources()[kind]
    selectors = [name for name in query if name in resources and name != _PART]
    if not selectors:
        return kind
    selector = _PART if selectors[0] == _UPLOAD and method == "PUT" and _PART in query else selectors[0]
    if kind is _KEY and selector in _OF_OBJECTS:
        return _OF_OBJECTS[selector]
    return _RESOURCE_TYPES.get(selector, selector.upper())


def _selector(method: str, query: Mapping[str, str], resources: Mapping[str, _Methods]) -> str:
    selectors = [name for name in query if name in resources and name != _PART]
    if not selectors:
        return ""
    if len(selectors) > 1:
        # S3 answers 400 (https://github.com/brekkylab/backlot/issues/230); code, message and fields are assumed.
        raise S3Error(
            "InvalidArgument",
            "Conflicting query string parameters: " + ", ".join(sorted(selectors)),
            ArgumentName="ResourceType",
            ArgumentValue=selectors[0],
        )
    if selectors[0] == _UPLOAD and method == "PUT" and _PART in query:
        return _PART
    return selectors[0]


def _bucket_selector(method: str, query: Mapping[str, str]) -> str:
    """Return which subresource of the bucket a request for a key selects, if any: S3 answers it, and ignores the key.

    https://github.com/brekkylab/backlot/issues/267, of GET and HEAD; that other methods do so, too, and which other
    subresources than ``versions`` are refused, is assumed.
    """
    selector = _selector(method, query, _resources()[_BUCKET])
    if selector == "versions":  # https://github.com/versity/versitygw/issues/1688
        raise S3Error("InvalidRequest", f"There is no such thing as the ?{selector} sub-resource for a key")
    if selector == "logging":
        raise S3Error("NoLoggingStatusForKey")
    if method == "PUT" and not selector and _PART in query:
        # https://github.com/versity/versitygw/issues/1237, and 1226 of copies
        message = "This operation does not accept partNumber without uploadId"
        raise S3Error("InvalidArgument", message, ArgumentName=_PART, ArgumentValue=_PART)
    return selector


def _answers_object_lambda(target: Target, headers: Mapping[str, str]) -> bool:
    # The path is /WriteGetObjectResponse and the host {RequestRoute}.ENDPOINT, which a custom endpoint that we know
    # takes for a bucket.
    return _WRITE_GET_OBJECT_RESPONSE in (target.bucket, target.key) and (
        target.endpoint == "object-lambda" or "x-amz-request-route" in headers
    )


def _is_for_directory_buckets(target: Target, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    # Both lists are "GET /": the host tells them apart, and at a custom endpoint the service that signed.
    return (
        target.endpoint == "s3express-control"
        or query.get("x-id") == _LIST_DIRECTORY_BUCKETS
        or "/s3express/aws4_request" in headers.get("authorization", "")
    )


def _method_not_allowed(method: str, kind: str, selector: str) -> S3Error:
    # The methods of a subresource are those of buckets and of keys together: "HEAD /bucket?uploads" is told
    # "Allow: POST, GET". (https://github.com/brekkylab/backlot/issues/230)
    kinds = _resources().values() if selector else (_resources()[kind],)
    allowed = {allowed for resources in kinds for allowed in resources.get(selector, ())}
    if kind is _BUCKET and not selector:
        allowed.add("POST")
    allow = ", ".join(known for known in _ALLOW_ORDER if known in allowed)
    return S3Error(
        "MethodNotAllowed",
        headers={} if selector in _GIVEN_UP else {"Allow": allow},
        Method=method,
        ResourceType=_RESOURCE_TYPES.get(selector, selector.upper()) or kind,
    )


@cache
def _resources() -> _Resources:
    found: dict[str, dict[str, dict[str, list[_Route]]]] = {kind: {"": {}} for kind in _KINDS.values()}
    for name in model.operation_names():
        http = model.http(name)
        # The deprecated four look like their successors, which serve them.
        if http.path not in _KINDS or model.operation(name).deprecated:
            continue
        required = [binding for binding in model.inputs(name) if binding.required]
        query = {binding.name: "" for binding in required if binding.location == "querystring"} | dict(http.query)
        headers = frozenset(binding.name.lower() for binding in required if binding.location == "header")
        selector = _selector_of(http.query, query)
        methods = found[_KINDS[http.path]].setdefault(selector, {})
        methods.setdefault(http.method, []).append(_Route(name, frozenset(query.items()), headers))
    return {
        kind: {
            selector: {method: _told_apart(routes) for method, routes in methods.items()}
            for selector, methods in resources.items()
        }
        for kind, resources in found.items()
    }


@cache
def _of_versions() -> frozenset[str]:
    """Return the operations that a version id may be given to."""
    return frozenset(
        name for name in model.operation_names() if any(binding.name == "versionId" for binding in model.inputs(name))
    )


def _selector_of(literals: Mapping[str, str], required: Iterable[str]) -> str:
    """Return the parameter that selects the resource: a literal without a value, an upload, or one of its parts."""
    alone = next((name for name, value in literals.items() if not value), "")
    return alone or next((name for name in (_PART, _UPLOAD) if name in required), "")


def _told_apart(routes: list[_Route]) -> tuple[_Route, ...]:
    """Return the routes, the most particular first, without what they have in common.

    So the last one asks for nothing: what a request lacks is then the codec's or the handler's to say.
    """
    query = frozenset.intersection(*(route.query for route in routes))
    headers = frozenset.intersection(*(route.headers for route in routes))
    apart = [_Route(route.operation, route.query - query, route.headers - headers) for route in routes]
    return tuple(sorted(apart, key=lambda route: -len(route.query) - len(route.headers)))
