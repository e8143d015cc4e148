"""One request on its way through s3mock, and the declaration of its operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, NoReturn

from s3mock.backend import ids
from s3mock.backend.access.identities import NOBODY, Holder
from s3mock.backend.cause import Cause
from s3mock.http import Target
from s3mock.models.account import ANONYMOUS
from s3mock.models.principal import root
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from datetime import datetime

    from typing_extensions import Unpack

    from s3mock.backend.bucket import Bucket
    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.faults import Fired
    from s3mock.backend.notification.message import Message
    from s3mock.http import Credential, Request, Response
    from s3mock.models.access_points import Through
    from s3mock.models.account import Account
    from s3mock.models.configuration import Configuration, Topics
    from s3mock.models.principal import Principal

NO_QUERY: Mapping[str, str] = MappingProxyType({})
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({})
NOWHERE = Target()

ANONYMOUS_ARN = "anonymous"
"""Stands for the ARN of an unsigned request's caller."""

Parameters = dict[str, Any]
"""The members of an operation's input or output, as users of boto3 write and read them."""


class WithoutDocument(Parameters):
    """The parameters of a request whose document S3 refuses: reading one of its ``members`` raises the ``error``.

    So what a handler looks up before it reads the document comes first, as on S3 (s3_facts 25).
    """

    def __init__(self, parameters: Parameters, members: frozenset[str], error: Exception) -> None:
        super().__init__(parameters)
        self._members, self._error = members, error

    def __missing__(self, member: str) -> NoReturn:
        raise self._error if member in self._members else KeyError(member)

    def __contains__(self, member: object) -> bool:
        if member in self._members:
            raise self._error
        return super().__contains__(member)

    def get(self, member: str, default: Any = None) -> Any:
        """The value of the member, ``default`` without it. Raises the error for a member of the document."""
        if member in self._members:
            raise self._error
        return super().get(member, default)


class Outside(NamedTuple):
    """A call that a handler needs before it can answer: of a user's function, or of another service of AWS.

    The gateway does no I/O and runs no code of its users. It hands this to the transport, which makes the ``call``
    (in a thread, if it is asynchronous) and resumes the exchange with its result; ``then`` makes the reply of it.
    """

    call: Callable[[], Any]
    then: Callable[[Any], Parameters]


Handler = Callable[["Exchange", Parameters], "Parameters | Outside"]

Resource = Literal["account", "new bucket", "bucket", "object", "new object", "objects", "upload", "token"]


class Operation(NamedTuple):
    """What is declared of an operation; ``responses.registry.operation`` explains the fields.

    ``handler`` answers it; ``responses.handler`` has those of directory buckets and of Object Lambda access points.
    """

    name: str
    handler: Handler
    actions: tuple[str, ...]
    version_actions: tuple[str, ...]
    on: Resource
    hides_absence: bool
    log: str
    event: str
    directory: Literal["zonal", "regional"] | None
    access_point: bool
    object_lambda: bool
    multi_region: bool
    accelerated: bool
    needs_digest: bool
    unsigned: str
    refuses: frozenset[str]


class Exchange:
    """One request from its arrival to its ``response``: each step of the gateway adds its results.

    ``request`` is the request as it was sent, and ``headers`` are its headers; trailers are among them once the body
    has been read. ``request_id`` and ``host_id`` are those of the response. The steps add, in this order: the
    ``target`` it is addressed to (NOWHERE for an address that S3 refuses), its ``query``, the ``cors_headers`` of the
    response, its ``signer`` (None for an unsigned request and for a form), the ``declared`` operation and its name in
    access logs (``log``; "" without one), its ``region``, its ``bucket``, if it has one, with the ``configuration`` as
    the request found it, the access point it came ``through``, the ``holder`` of the access key, the ``access_key``
    that signed it and the ``caller``, an account.

    A handler may set ``status`` (206, 304 ...) and add ``reply_headers`` that are not in S3's model. ``charged`` is set
    where the requester pays. ``error`` is the code of the error in the response; ``outside`` is what the transport has
    to call before the exchange can go on, None once there is a response, which was ``answered`` at its Date.

    ``faults`` are those that the request has met.

    ``commit`` and ``configure`` change the bucket. ``outbox`` collects the messages about events that are sent
    afterwards, ``removed`` the deletions in buckets that are logged.
    """

    target: Target = NOWHERE
    query: Mapping[str, str] = NO_QUERY
    cors_headers: Mapping[str, str] = NO_HEADERS
    signer: Credential | None = None
    declared: Operation
    operation: str = ""
    parameters: Mapping[str, Any] = NO_PARAMETERS
    log: str = ""
    region: str
    bucket: Bucket
    configuration: Configuration
    has_bucket: bool = False
    through: Through | None = None
    holder: Holder = NOBODY
    access_key: str | None = None
    caller: Account = ANONYMOUS
    status: int | None = None
    charged: bool = False
    error: str | None = None
    outside: Outside | None = None
    faults: tuple[Fired, ...] = ()
    response: Response
    answered: datetime

    def __init__(self, cloud: Cloud, request: Request) -> None:
        self.cloud = cloud
        self.request = request
        self.headers = request.headers
        self.request_id, self.host_id = ids.of_request()
        self.started = cloud.clock.timestamp() if cloud.store.keeps_logs else 0.0
        self.reply_headers: dict[str, str] = {}
        self.outbox: list[Message] = []
        self.removed: list[Change] = []

    def declare(self, declared: Operation) -> None:
        """Set the operation of the request."""
        self.declared = declared
        self.operation, self.log = declared.name, declared.log

    def set_bucket(self, bucket: Bucket) -> None:
        """Set the bucket of the request, and its configuration as of now."""
        self.bucket, self.has_bucket, self.configuration = bucket, True, bucket.state.configuration

    @property
    def endpoint(self) -> str:
        """The scheme and the host that the request was sent to."""
        return f"{self.request.scheme}://{self.request.host}"

    def cause(self) -> Cause:
        """The request as the cause of changes."""
        principal = self.principal
        return Cause(
            self.outbox,
            self.operation,
            self.caller,
            "" if principal is None else principal.user_id,
            self.request.remote_address,
            self.request_id,
            self.host_id,
            trace=self.headers.get("x-amzn-trace-id"),
        )

    def commit(self, decide: Callable[[BucketState], Change], bucket: Bucket | None = None) -> Change:
        """Change the request's bucket, or another one: see ``Bucket.commit``. Raises NoSuchBucket."""
        change = self.cloud.commit((bucket or self.bucket).identity, decide, self.cause)
        is_logged = change.state.configuration.logging is not None
        if is_logged and change.version is not None and (change.event or "").startswith("ObjectRemoved:"):
            self.removed.append(change)
        return change

    def configure(self, **topics: Unpack[Topics]) -> None:
        """Set some fields of the bucket's configuration. Raises NoSuchBucket."""
        self.bucket.configure(self.cause, **topics)

    @property
    def security_token(self) -> str | None:
        """The session token of temporary credentials; None without one. In a query of version 2 it is in lower case."""
        token = self.headers.get("x-amz-security-token") or self.query.get("X-Amz-Security-Token")
        return token or self.query.get("x-amz-security-token")

    @property
    def session_token(self) -> str | None:
        """The token of a directory bucket's session; None outside of one."""
        return self.headers.get("x-amz-s3session-token") or self.query.get("X-Amz-S3session-Token")

    @property
    def principal(self) -> Principal | None:
        """The user or session that signed, if it is known, otherwise the root user of the caller's account.

        None for an unsigned request.
        """
        if self.access_key is None:
            return None
        return self.holder.principal or root(self.caller, partition_of(self.region))

    @property
    def caller_arn(self) -> str:
        """The ARN of the caller."""
        principal = self.principal
        return ANONYMOUS_ARN if principal is None else principal.arn
