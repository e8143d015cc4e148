"""The operation of a request, by its method, kind of resource, query and headers: botocore's model, compiled.

A query parameter without a value in the model's request URI (``?acl``) selects a subresource. So does ``uploadId``,
which is an ordinary parameter in the model. Everything else in a query is ignored here, as S3 ignores it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from s3mock.errors import S3Error, invalid_argument
from s3mock.wire import model
from s3mock.wire.quirks import LATER_OF_BUCKETS, LATER_OF_KEYS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from s3mock.http import Target

# Requests that S3 answers although the model does not have them.
POST_OBJECT = "PostObject"
"""A browser's form: every POST to a bucket without a subresource. (One that is not multipart/form-data is a 412.)"""
PREFLIGHT = "PreflightRequest"
"""A browser's OPTIONS of any resource."""

METHODS = frozenset({"GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"})
"""The methods that S3 knows, whether any resource has them or not: HTTP's (assumed; PATCH was seen)."""

_WRITE_GET_OBJECT_RESPONSE = "WriteGetObjectResponse"
_LIST_DIRECTORY_BUCKETS = "ListDirectoryBuckets"

_ROOT, _BUCKET, _KEY = "SERVICE", "BUCKET", "OBJECT"
_KINDS = {"/": _ROOT, "/{Bucket}": _BUCKET, "/{Bucket}/{Key+}": _KEY}

# An upload and its parts are two resources: a HEAD of the first returns "Allow: DELETE, POST, GET".
# (measured on S3, 2026-09-16: https://github.com/brekkylab/backlot/issues/230)
_UPLOAD, _PART = "uploadId", "partNumber"

# The order in which S3 lists them. (https://github.com/brekkylab/backlot/issues/312)
_ALLOW_ORDER = ("HEAD", "DELETE", "POST", "GET", "PUT")

# The ResourceType of errors. SERVICE, BUCKET, OBJECT and BUCKETPOLICY were seen in responses of S3
# (https://github.com/versity/versitygw/issues/1810, https://github.com/filestack/filestack-js/issues/55). Server access
# logs have the same; so the others are assumed to be those of the logs, or else the parameter in upper case.
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

# The types that access logs have for subresources of objects. (User Guide, "Amazon S3 server access log format")
_OBJECT_RESOURCE_TYPES = {"tagging": "OBJECT_TAGGING"}

# Subresources of buckets that a key must not have, and the error's code and message.
_NOT_OF_KEYS: Mapping[str, tuple[str, ...]] = {
    # https://github.com/versity/versitygw/issues/1688
    "versions": ("InvalidRequest", "There is no such thing as the ?versions sub-resource for a key"),
    "logging": ("NoLoggingStatusForKey",),
}

# Subresources that the model still has, but S3 no longer: the error has no Allow. (brekkylab/backlot, 2026-09-29)
_DISCONTINUED = frozenset({"torrent"})


class _Route(NamedTuple):
    """One operation, and what distinguishes it from others of the same method and resource."""

    operation: str
    query: frozenset[tuple[str, str]]  # an empty value: any
    headers: frozenset[str]

    def fits(self, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
        """Return whether a request has all the parameters and headers of this route."""
        for name, value in self.query:
            if name not in query or (value and value != query[name]):
                return False
        return self.headers <= headers.keys()


_Methods = dict[str, tuple[_Route, ...]]
_Resources = dict[str, dict[str, _Methods]]  # kind -> selector ("" for the resource itself) -> method -> routes


def match(method: str, target: Target, query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return the name of the operation: one of the model's, ``POST_OBJECT`` or ``PREFLIGHT``.

    Raises ``MethodNotAllowed`` where the resource does not have the method; ``InvalidArgument`` where the query selects
    two subresources, a part without an upload, or a version for an operation that takes none; ``InvalidRequest`` or
    ``NoLoggingStatusForKey`` for a subresource that keys do not have; and ``NotImplemented`` for one that an older
    botocore lacks.
    """
    if method == "OPTIONS":
        return PREFLIGHT
    resources = _resources()
    kind = _KEY if target.key is not None else _BUCKET if target.bucket is not None else _ROOT
    selector = ""
    if query:
        selector = _selector(method, query)
        for name in _lacking(kind).intersection(query):
            raise S3Error("NotImplemented", f"The installed botocore's model of S3 has no subresource {name!r}.")
    if selector not in resources[kind]:
        if kind is _KEY:
            # S3 answers a subresource of the bucket, and ignores the key:
            # https://github.com/brekkylab/backlot/issues/267, for GET and HEAD. That it does so for other methods, and
            # which subresources besides versions and uploads it refuses, is assumed.
            if selector in _NOT_OF_KEYS:
                raise S3Error(*_NOT_OF_KEYS[selector])
            kind = _BUCKET
        else:
            selector = ""
    if kind is _KEY and not selector and method == "PUT" and _PART in query:
        # https://github.com/versity/versitygw/issues/1237, and 1226 for copies
        raise invalid_argument("This operation does not accept partNumber without uploadId", _PART, _PART)

    if method == "POST":
        # The path is /WriteGetObjectResponse and the host {RequestRoute}.ENDPOINT; at a custom endpoint, the route
        # looks like a bucket.
        if _WRITE_GET_OBJECT_RESPONSE in (target.bucket, target.key) and (
            target.endpoint == "object-lambda" or "x-amz-request-route" in headers
        ):
            return _WRITE_GET_OBJECT_RESPONSE
        if kind is _BUCKET and not selector:
            return POST_OBJECT
    routes = resources[kind][selector].get(method)
    if routes is None:
        if kind is _KEY and (method, selector) == ("GET", "uploads"):
            # https://github.com/cinely/mule-uploader/issues/17
            raise S3Error("InvalidRequest", "Key is not expected for the GET method ?uploads subresource")
        raise _method_not_allowed(method, kind, selector)

    # Both lists of buckets are "GET /": the host distinguishes them, and at a custom endpoint the service that signed.
    if kind is _ROOT and (
        target.endpoint == "s3express-control"
        or query.get("x-id") == _LIST_DIRECTORY_BUCKETS
        or "/s3express/aws4_request" in headers.get("authorization", "")
    ):
        return _LIST_DIRECTORY_BUCKETS
    *special, route = routes
    for other in special:
        if other.fits(query, headers):
            route = other
            break
    if kind is _KEY and "versionId" in query and route.operation not in _of_versions():
        # This error precedes every lookup (brekkylab/backlot, 2026-09-29). Of PutObject and CopyObject:
        # https://github.com/scality/cloudserver/pull/698, https://github.com/aws/aws-sdk-js/issues/515.
        raise invalid_argument("This operation does not accept a version-id.", "versionId", query["versionId"])
    return route.operation


def resource_type(method: str, target: Target, query: Mapping[str, str]) -> str:
    """Return the type that errors and access logs have for the resource of a request."""
    kind = _KEY if target.key is not None else _BUCKET if target.bucket is not None else _ROOT
    resources = _resources()[kind]
    selectors = [name for name in query if name in resources and name != _PART]
    if not selectors:
        return kind
    selector = _PART if selectors[0] == _UPLOAD and method == "PUT" and _PART in query else selectors[0]
    if kind is _KEY and selector in _OBJECT_RESOURCE_TYPES:
        return _OBJECT_RESOURCE_TYPES[selector]
    return _RESOURCE_TYPES.get(selector, selector.upper())


def _selector(method: str, query: Mapping[str, str]) -> str:
    """The parameter that selects a subresource, of whichever kind of resource; "" if there is none.

    Raises InvalidArgument for two.
    """
    selectors = [name for name in query if name in _selectors()]
    if not selectors:
        return ""
    if len(selectors) > 1:
        # An answer of S3 for uploadId and uploads of a bucket: https://github.com/versity/versitygw/issues/2155. That
        # any other two of any resources are the same, and the first by name is the value, is assumed.
        selectors.sort()
        message = "Conflicting query string parameters: " + ", ".join(selectors)
        raise invalid_argument(message, "ResourceType", selectors[0])
    if selectors[0] == _UPLOAD and method == "PUT" and _PART in query:
        return _PART
    return selectors[0]


def _method_not_allowed(method: str, kind: str, selector: str) -> S3Error:
    """Return the error for a method that a resource does not have, with the methods that it has in ``Allow``."""
    # A subresource has the methods of buckets and of keys together: "HEAD /bucket?uploads" returns
    # "Allow: POST, GET". (https://github.com/brekkylab/backlot/issues/230)
    kinds = _resources().values() if selector else (_resources()[kind],)
    allowed = {allowed for resources in kinds for allowed in resources.get(selector, ())}
    if kind is _BUCKET and not selector:
        allowed.add("POST")
    allow = ", ".join(known for known in _ALLOW_ORDER if known in allowed)
    return S3Error(
        "MethodNotAllowed",
        headers={} if selector in _DISCONTINUED else {"Allow": allow},
        Method=method,
        ResourceType=_RESOURCE_TYPES.get(selector, selector.upper()) or kind,
    )


@cache
def _resources() -> _Resources:
    """Return the routes of all operations.

    The routes of one method and resource are in the order in which they are tried, the most specific first, without
    what all of them require. So the last one requires nothing: the codec or the handler refuses what a request lacks.
    """
    collected: dict[str, dict[str, dict[str, list[_Route]]]] = {kind: {"": {}} for kind in _KINDS.values()}
    for name in model.operation_names():
        http = model.http(name)
        # The deprecated four look like their successors, which serve them.
        if http.path not in _KINDS or model.is_deprecated(name):
            continue
        required = model.required_inputs(name)
        query = {binding.name: "" for binding in required if binding.location == "querystring"} | dict(http.query)
        headers = frozenset(binding.name.lower() for binding in required if binding.location == "header")
        # A literal without a value selects a subresource, or else a part or an upload does.
        subresources = [literal for literal, value in http.query.items() if not value]
        selectors = subresources + [parameter for parameter in (_PART, _UPLOAD) if parameter in query]
        methods = collected[_KINDS[http.path]].setdefault(selectors[0] if selectors else "", {})
        methods.setdefault(http.method, []).append(_Route(name, frozenset(query.items()), headers))

    resources: _Resources = {}
    for kind, selected in collected.items():
        resources[kind] = {}
        for selector, methods in selected.items():
            resources[kind][selector] = {}
            for method, routes in methods.items():
                query_of_all = frozenset.intersection(*(route.query for route in routes))
                headers_of_all = frozenset.intersection(*(route.headers for route in routes))
                specific = [
                    _Route(route.operation, route.query - query_of_all, route.headers - headers_of_all)
                    for route in routes
                ]
                specific.sort(key=lambda route: -len(route.query) - len(route.headers))
                resources[kind][selector][method] = tuple(specific)
    return resources


@cache
def _selectors() -> frozenset[str]:
    """Return the parameters that select a subresource of any kind of resource, without that of a part."""
    return frozenset().union(*_resources().values()) - {"", _PART}


@cache
def _lacking(kind: str) -> frozenset[str]:
    """Return the subresources of a kind of resource that S3 has, and the installed botocore's model does not."""
    later = {_BUCKET: LATER_OF_BUCKETS, _KEY: LATER_OF_KEYS}.get(kind, {})
    return frozenset(later.keys() - _resources()[kind].keys())


@cache
def _of_versions() -> frozenset[str]:
    """Return the operations that take a version id."""
    return frozenset(
        name for name in model.operation_names() if any(binding.name == "versionId" for binding in model.inputs(name))
    )
