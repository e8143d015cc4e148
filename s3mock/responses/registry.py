"""The operations of S3: the handler of each, and everything else that the gateway has to know about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar, overload

from s3mock.exchange import Exchange, Handler, Operation, Outside, Parameters, Resource

__all__ = ["OPERATIONS", "VARIANTS", "Exchange", "Handler", "Outside", "Parameters", "operation"]

H = TypeVar("H", bound=Handler)

OPERATIONS: dict[str, Operation] = {}
"""The operations of the modules that have been imported."""
VARIANTS: dict[tuple[str, str], Handler] = {}
"""Their handlers for a bucket or access point of another kind, by the operation and the kind."""

UNAUTHENTICATED = "Anonymous users cannot invoke this API. Please authenticate."
"""The message for an unsigned request to most operations that refuse one (versitygw)."""

_ON_OBJECTS = frozenset({"object", "new object", "objects", "upload"})


@overload
def operation(
    name: str,
    *,
    action: str | tuple[str, ...],
    log: str,
    version_action: str | tuple[str, ...] = ...,
    on: Resource = ...,
    hides_absence: bool = ...,
    event: str = ...,
    directory: Literal["zonal", "regional"] | None = ...,
    access_point: bool | None = ...,
    object_lambda: bool | None = ...,
    multi_region: bool = ...,
    accelerated: bool = ...,
    needs_digest: bool = ...,
    unsigned: str = ...,
    refuses: Iterable[str] = ...,
) -> Callable[[H], H]: ...
@overload
def operation(name: str, *, bucket: Literal["directory"]) -> Callable[[H], H]: ...
@overload
def operation(name: str, *, point: Literal["object lambda"]) -> Callable[[H], H]: ...
def operation(
    name: str,
    *,
    action: str | tuple[str, ...] = (),
    log: str = "",
    version_action: str | tuple[str, ...] = (),
    on: Resource = "bucket",
    hides_absence: bool = False,
    event: str = "",
    directory: Literal["zonal", "regional"] | None = None,
    access_point: bool | None = None,
    object_lambda: bool | None = None,
    multi_region: bool = False,
    accelerated: bool = True,
    needs_digest: bool = False,
    unsigned: str = "",
    refuses: Iterable[str] = (),
    bucket: str | None = None,
    point: str | None = None,
) -> Callable[[H], H]:
    """Register the decorated function as the handler of the S3 operation ``name``.

    With ``bucket="directory"`` or ``point="object lambda"`` it answers the operation only there, and everything else is
    declared at the other handler.

    ``action``
        The IAM action that the caller needs ("s3:GetObject"), or several.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
    ``version_action``
        The same for a request with a version id, if it is another one.
    ``on``
        The resource of the action. "new object": a request that may also set the ACL, tags and locks of its object.
        "objects": each key of a list, which the handler authorizes one by one. "upload": a multipart upload, whatever
        the object of its key. "new bucket" and "account": no bucket that exists. "token": none; a token in the request
        grants the call.
    ``hides_absence``
        Whether a caller without s3:ListBucket gets AccessDenied for a key that does not exist.
    ``log``
        The operation's name in server access logs.
    ``event``
        The event of bucket notifications that it causes; for deletions the part before the colon. "" for none.
    ``directory``
        The endpoint of a directory bucket at which it works; by default none.
    ``access_point``, ``object_lambda``, ``multi_region``
        Whether it works through an access point, an Object Lambda access point and a Multi-Region Access Point. By
        default operations on objects work through the first two, and operations on buckets through none.
    ``accelerated``
        Whether it works at the endpoint of Transfer Acceleration.
    ``needs_digest``
        Whether a request with a body must have a Content-MD5 or a checksum of it.
    ``unsigned``
        The message of the AccessDenied for an unsigned request, whatever a policy or an ACL grants; "" if they decide.
    ``refuses``
        Members of its input that are not supported: a request with one of them is a 501 NotImplemented.

    Raises ValueError for an operation that is declared without an action: nothing is open by default.
    """

    def register(handler: H) -> H:
        if bucket is not None or point is not None:
            VARIANTS[name, bucket or point or ""] = handler
            return handler
        if not action or not log:
            raise ValueError(f"{name} is declared without an action, or without the name that access logs have for it")
        actions = (action,) if isinstance(action, str) else action
        version_actions = (version_action,) if isinstance(version_action, str) else version_action
        through = on in _ON_OBJECTS if access_point is None else access_point
        OPERATIONS[name] = Operation(
            name=name,
            handler=handler,
            actions=actions,
            version_actions=version_actions or actions,
            on=on,
            hides_absence=hides_absence,
            log=log,
            event=event,
            directory=directory,
            access_point=through,
            object_lambda=through if object_lambda is None else object_lambda,
            multi_region=multi_region,
            accelerated=accelerated,
            needs_digest=needs_digest,
            unsigned=unsigned,
            refuses=frozenset(refuses),
        )
        return handler

    return register
