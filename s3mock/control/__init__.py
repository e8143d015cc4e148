"""The control object of a mock or a server: what a user can do with an S3, and look at.

Each method says what it is for, and leaves the work to the module of its topic.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar, overload

from s3mock import connections
from s3mock.control.clock import MovableClock
from s3mock.control.events import KeptEvents
from s3mock.control.faults import Fault, FiredFaults
from s3mock.control.snapshot import Snapshot
from s3mock.models.credentials import ACCESS_KEY, SECRET_KEY

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from s3mock.backend.access.explain import Explanation
    from s3mock.backend.access.principals import Policies
    from s3mock.backend.bucket import Bucket
    from s3mock.backend.cloud import Cloud
    from s3mock.backend.difference import Difference
    from s3mock.backend.journal import Journal
    from s3mock.backend.notification.message import Message
    from s3mock.doctor import Report
    from s3mock.initial import Contents
    from s3mock.journal import Requests
    from s3mock.journal.expectations import Expectation, Times
    from s3mock.journal.prices import Cost
    from s3mock.models.access_points import AccessPoint, MultiRegionAccessPoint
    from s3mock.models.access_points.object_lambda import ObjectLambdaAccessPoint
    from s3mock.models.fault import Keywords
    from s3mock.process.patches import Patches


Function = TypeVar("Function", bound=Callable[..., Any])


class S3:
    """The S3 of a mock or a server: ``with mock_s3() as s3``, or ``S3MockServer().s3``. Nested mocks share one.

    ``settings`` are those of the outermost mock or of the server; ``cloud`` holds the state.
    ``endpoint`` returns the URL that ``client()`` connects to; it is None in a mock, which answers at AWS's.
    ``serve`` returns the URL of a server on the same store, which a mock starts when it is first asked for; ``ca`` is
    the file of the CA of its certificate, None if clients need none.
    ``patches`` are the functions that a mock has replaced. ``ended`` is whether the mock is over, so that AWS itself
    would answer.
    """

    def __init__(
        self,
        cloud: Cloud,
        endpoint: Callable[[], str] | None = None,
        serve: Callable[[], str] | None = None,
        patches: Patches | None = None,
        ca: str | None = None,
    ) -> None:
        self.cloud = cloud
        self.settings = cloud.settings
        self._endpoint = endpoint
        self._serve = serve or endpoint
        self._patches = patches
        self._ca = ca
        self.ended = False

    @property
    def clock(self) -> MovableClock:
        """The mock's clock: ``clock.advance(days=31)`` lets time pass for S3.

        In a mock botocore signs by this clock too. It also follows freezegun and time-machine; ``reset`` sets it back.
        """
        return MovableClock(self.cloud)

    def client(self, **keywords: Any) -> Any:
        """A new S3 client: ``boto3.client("s3", **keywords)``.

        For a server, the defaults are its ``endpoint_url``, its CA, and the mock's credentials. Raises RuntimeError
        while the server is stopped, and after the end of the mock.
        """
        import boto3  # noqa: PLC0415 - our server starts without it

        return boto3.client("s3", **self._connection(keywords))

    def resource(self, **keywords: Any) -> Any:
        """A new S3 resource, ``boto3.resource("s3", **keywords)``, with the defaults of ``client``."""
        import boto3  # noqa: PLC0415

        return boto3.resource("s3", **self._connection(keywords))

    def _connection(self, keywords: dict[str, Any]) -> dict[str, Any]:
        """The keywords of a client that reaches this S3, completed for a server."""
        self._check_active()
        if self._endpoint is None:
            return keywords
        connection = dict(keywords)
        if "endpoint_url" not in keywords:
            connection["endpoint_url"] = self._endpoint()
            if self._ca is not None:
                connection.setdefault("verify", self._ca)
        if "aws_access_key_id" not in keywords:
            connection |= {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        return connection

    def _check_active(self) -> None:
        if self.ended:
            raise RuntimeError("this mock_s3 has ended, so a new client would reach the real AWS")

    def _url(self) -> str:
        """The URL of a server on this store. Raises RuntimeError without one, and after the end of the mock."""
        if self.ended or self._serve is None:
            raise RuntimeError("this mock_s3 has ended, and with it the server for clients outside of it")
        return self._serve()

    def storage_options(self) -> dict[str, Any]:
        """What s3fs, pandas, dask and zarr take as ``storage_options`` to use this S3.

        Raises RuntimeError as ``client`` does.
        """
        self._check_active()
        return connections.storage_options(self._endpoint and self._endpoint(), self._ca)

    def env(self) -> dict[str, str]:
        """Environment variables by which AWS's SDKs and command line in another process find this S3.

        In a mock, the first call of this or of a method below starts a server on the loopback address; it stops with
        the mock.
        """
        return connections.env(self._url(), self._ca)

    def polars_storage_options(self) -> dict[str, str]:
        """What polars, delta-rs and others on Rust's object_store take as ``storage_options`` to use this S3."""
        return connections.polars_storage_options(self._url(), self._ca)

    def duckdb_secret_sql(self, name: str = "s3mock") -> str:
        """The SQL statement that creates a DuckDB secret, with which its httpfs uses this S3."""
        return connections.duckdb_secret_sql(self._url(), name, self._ca)

    def pyarrow_filesystem(self) -> Any:
        """A ``pyarrow.fs.S3FileSystem`` for this S3. Raises ImportError without pyarrow."""
        return connections.pyarrow_filesystem(self._url(), self._ca)

    def add_access_point(
        self,
        name: str,
        bucket: str,
        *,
        account: str | None = None,
        policy: str | Mapping[str, Any] | None = None,
        vpc_id: str | None = None,
    ) -> AccessPoint:
        """Give a bucket an access point, in its owner's account or another one: use its ``arn`` or ``alias`` as Bucket.

        ``policy`` is the access point's policy, as JSON or as a dictionary; it applies in addition to the bucket's.
        With ``vpc_id`` its network origin is that VPC: it refuses the requests of all others (AccessDenied). A client
        is in the VPC if it is that of ``add_principal(..., keys={"aws:SourceVpc": vpc_id})``.

        Raises S3Error: NoSuchBucket, InvalidAccessPoint for the name, AccessPointAlreadyOwnedByYou, MalformedPolicy.
        """
        from s3mock.backend.access_points import adding  # noqa: PLC0415 - `import s3mock` stays light, here and below

        return adding.add_access_point(self.cloud, name, bucket, account, policy, vpc_id)

    def put_access_point_policy(
        self, access_point: AccessPoint | str, policy: str | Mapping[str, Any] | None
    ) -> AccessPoint:
        """Replace the policy of an access point, or delete it with None; return the access point as it is now.

        ``access_point`` is the result of ``add_access_point``, an ARN or an alias. Raises S3Error: NoSuchAccessPoint,
        MalformedPolicy; TypeError for another kind of access point.
        """
        from s3mock.backend.access_points import adding  # noqa: PLC0415

        return adding.put_policy(self.cloud, access_point, policy)

    def add_multi_region_access_point(
        self, name: str, *buckets: str, account: str | None = None
    ) -> MultiRegionAccessPoint:
        """Make a Multi-Region Access Point: use its ``arn`` as Bucket; requests go to the first of ``buckets``.

        botocore signs such requests with the AWS Common Runtime (``pip install awscrt``). Raises the errors of
        ``add_access_point``, and ValueError if two buckets are in the same region.
        """
        from s3mock.backend.access_points import adding  # noqa: PLC0415

        return adding.add_multi_region_access_point(self.cloud, name, buckets, account)

    def add_object_lambda(
        self,
        name: str,
        access_point: AccessPoint | str,
        function: Callable[..., Any],
        *,
        payload: str = "",
        allowed_features: Iterable[str] = (),
    ) -> ObjectLambdaAccessPoint:
        """Make an Object Lambda access point: ``function(event, context)`` answers GetObject there.

        The function gets the event that S3 sends to Lambda, and responds with ``write_get_object_response`` of any
        client. ``access_point`` is the result of ``add_access_point``, an ARN or an alias; ``payload`` is passed in the
        event; ``allowed_features`` are S3's ``GetObject-Range``, ``GetObject-PartNumber`` and so on.

        Raises S3Error: NoSuchAccessPoint, InvalidAccessPoint, AccessPointAlreadyOwnedByYou; TypeError for anything but
        a plain function; ValueError for an unknown feature.
        """
        from s3mock.backend.access_points import adding  # noqa: PLC0415

        return adding.add_object_lambda(
            self.cloud, name, access_point, function, payload=payload, features=allowed_features
        )

    def remove_access_point(self, access_point: AccessPoint | MultiRegionAccessPoint | ObjectLambdaAccessPoint) -> None:
        """Remove an access point of any kind; a bucket with access points cannot be deleted.

        Raises S3Error: NoSuchAccessPoint, NoSuchMultiRegionAccessPoint.
        """
        from s3mock.backend.access_points import adding  # noqa: PLC0415

        adding.remove(self.cloud, access_point)

    @property
    def events(self) -> KeptEvents:
        """The events of buckets with a notification configuration, oldest first: the last 10,000 since ``reset``.

        They include those of lifecycle rules and other work that is due by now. ``events.of(bucket="photos")`` filters
        them, ``events.clear()`` forgets them.
        """
        self.cloud.events.send(self.cloud.catch_up())
        return KeptEvents.all_of(self.cloud)

    @property
    def requests(self) -> Requests:
        """The journal: the last 10,000 requests that S3 has answered since ``reset``, oldest first.

        Each has its operation, parameters, caller, status and error, and the line of code that called:
        ``print(s3.requests)``. ``requests.of("PutObject", bucket="photos", key="2026/*")`` filters them,
        ``requests.clear()`` forgets them. Raises RuntimeError where the setting ``journal`` is 0.
        """
        from s3mock.journal import Requests  # noqa: PLC0415

        return Requests.all_of(self._journal)

    def doctor(self) -> Report:
        """What the mock does in this process: ``print(s3.doctor())``, or ``s3mock doctor`` on the command line.

        Which client libraries are answered, which of the same functions other code has replaced, which installed
        packages are not answered, and where each setting comes from.
        """
        from s3mock import doctor  # noqa: PLC0415

        return doctor.examine(self.settings, self._patches)

    def tree(self, bucket: str | None = None, *, prefix: str = "", limit: int = 100) -> str:
        """What is stored, as text: buckets and their settings, keys, versions, uploads. ``print(s3)`` shows it, too.

        It is of one bucket, or of all; of the keys that begin with ``prefix``, and of at most ``limit`` keys. The last
        line counts what is left out. Raises S3Error: NoSuchBucket.
        """
        from s3mock import tree  # noqa: PLC0415

        self.cloud.events.send(self.cloud.catch_up())
        return tree.tree(self.cloud, bucket, prefix, limit)

    def __str__(self) -> str:
        from s3mock import tree  # noqa: PLC0415

        shown = self.tree()
        return f"{tree.summary(self.cloud)}\n{shown}"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from s3mock import tree  # noqa: PLC0415

        self.cloud.events.send(self.cloud.catch_up())
        return tree.html(self.cloud)

    def assert_called(self, operation: str, /, *, times: Times | None = None, **filters: Any) -> None:
        """Assert that an operation was called: ``s3.assert_called("PutObject", Key="a", times=1)``.

        ``times`` is a number or a range of them, ``range(1, 4)``; without it, once or more often is right. The filters
        are those of ``requests.of``. Every request counts, also each retry of a call.

        Raises AssertionError, which shows what was called instead and where; ValueError for an operation that S3 does
        not have, TypeError for a parameter that the operation does not have.
        """
        from s3mock.journal import expectations  # noqa: PLC0415

        expectations.assert_called(self.requests, operation, times, filters)

    def expect(self, **times: Times) -> Expectation:
        """Expect a block to make these numbers of requests: ``with s3.expect(GetObject=1, HeadObject=0):``.

        Operations that are not named may be called as often as the block likes; ``others=0`` forbids them. A number may
        be a range, ``range(1, 4)``. Every request counts, also each retry of a call.

        The end of the block raises AssertionError, which shows what was called instead and where. An exception in the
        block is not replaced. Raises ValueError for an operation that S3 does not have.
        """
        from s3mock.journal.expectations import Expectation  # noqa: PLC0415

        return Expectation(self._journal, times)

    def cost(self, *, times: int = 1) -> Cost:
        """An estimate of what the requests so far would cost on S3, repeated ``times``: ``print(s3.cost())``.

        By the prices of us-east-1, and without what the printed text lists, such as storage and data transfer.
        ``s3.requests.of("GetObject").cost()`` is that of some requests.
        """
        return self.requests.cost(times=times)

    @property
    def _journal(self) -> Journal:
        journal = self.cloud.journal
        if journal is None:
            raise RuntimeError("no requests are kept, since the setting journal is 0 (S3MOCK_JOURNAL)")
        return journal

    @overload
    def on_event(self, arn: str, function: Function) -> Function: ...

    @overload
    def on_event(self, arn: str) -> Callable[[Function], Function]: ...

    def on_event(self, arn: str, function: Any = None) -> Any:
        """Let ``function(event, context)`` receive what S3 sends to ``arn``, the destination of a bucket's events.

        ``arn`` is that of a Lambda function, a queue, a topic or a default event bus. It counts as existing when it is
        configured. The function is called once the request that caused the event has been answered; an exception in it
        becomes a ``s3mock.DeliveryWarning``. ``reset`` removes it.

        It is also a decorator, ``@s3.on_event(arn)``; and a function of one argument gets the event alone.

        Raises ValueError for an ARN that S3 sends no events to, TypeError for anything but a plain function of one or
        two arguments.
        """
        from s3mock import destinations  # noqa: PLC0415

        if function is None:
            destinations.check_arn(arn)
            return partial(self.on_event, arn)
        destinations.on_event(self.cloud, arn, function)
        return function

    def fail(self, operation: str | Iterable[str] = "*", **keywords: Unpack[Keywords]) -> Fault:
        """Let requests fail: ``s3.fail("PutObject", code="SlowDown", times=2)``. docs/faults.md has all of it.

        ``operation`` is a name or a pattern such as "Get*", or several. These say which of its requests fail:

        ``bucket``, ``key``, ``region``, ``caller``, ``headers``
            Patterns; of the caller: its access key, account or ARN. ``headers`` are patterns by name.
        ``nth``, ``sequence`` and ``repeat``, ``probability`` with ``seed`` and ``by_key``, ``rate``
            The nth requests that match; those at "fail" in "fail pass fail"; some of them, the same for the same seed,
            by their order or by their key; those of a prefix beyond a number a second.
        ``times`` with ``within``, ``start``, ``end``
            At most so often, or so often in some seconds; from and until a time by the mock's clock, or seconds from
            now.

        And these say how:

        ``code`` with ``status``, ``message``, ``fields``, ``in_200``, ``in_stream``
            An error of S3's.
        ``connection``
            "refused", "connect timeout", "reset", "closed" or "read timeout".
        ``after``
            S3 has carried the request out, and the client learns of the error or failure instead.
        ``body`` with ``at``, ``pace``
            "cut" or "corrupt" at a byte or a fraction, "slow" with bytes a second, or "wrong checksum".
        ``latency``
            Seconds, or a distribution of them.
        ``set_headers``
            Headers of the response to replace, or to remove where they are None.
        ``wait``
            Really wait. Otherwise, while there is any rule, time that a fault or a retry takes passes by the mock's
            clock alone.

        Raises TypeError for an unknown keyword, ValueError for an unknown operation or code, an invalid value, and
        keywords that contradict each other; RuntimeError after the end of the mock.
        """
        from s3mock.gateway import faults  # noqa: PLC0415

        if self.ended:
            raise RuntimeError("this mock_s3 has ended, and its faults with it")
        (entry,) = faults.put(self.cloud, [{"operation": operation, **keywords}])
        return Fault(self.cloud, entry)

    @property
    def faults(self) -> FiredFaults:
        """The faults that requests have met, oldest first: the last 10,000 since ``reset``. And the rules in force."""
        return FiredFaults.all_of(self.cloud)

    def deliver_logs(self) -> None:
        """Deliver the access logs of all requests so far, instead of at the clock's next full hour."""
        from s3mock.backend.cause import Cause  # noqa: PLC0415
        from s3mock.backend.reports import logging  # noqa: PLC0415

        outbox: list[Message] = []
        logging.deliver(self.cloud, self.clock.timestamp(), Cause(outbox))
        self.cloud.events.send(outbox)

    def add_principal(
        self,
        name: str,
        policies: Policies = (),
        *,
        account: str | None = None,
        session_policies: Policies | None = None,
        seconds: float = 3600,
        keys: Mapping[str, str | Iterable[str]] = MappingProxyType({}),
    ) -> dict[str, str]:
        """The credentials of a new user, role or session: ``s3.client(**s3.add_principal("ann", policy))``.

        ``name`` is a user's, ``role/...``, or an ARN; ``account`` its account, by default the default one.
        ``policies`` are its identity policies, one or several, as JSON or as dictionaries; beyond those it may do only
        what a bucket's policy allows. ``session_policies`` limit a session further. The credentials of a role, or of a
        user with session policies, are temporary and expire after ``seconds``. ``keys`` are condition keys that its
        requests also have, such as aws:PrincipalOrgID, aws:PrincipalTag/team, aws:SourceVpc or
        aws:MultiFactorAuthPresent.

        Raises ValueError for an invalid principal, S3Error: MalformedPolicy.
        """
        from s3mock.backend.access import principals  # noqa: PLC0415

        return principals.add_principal(
            self.cloud,
            name,
            policies,
            account_id=account,
            session_policies=session_policies,
            seconds=seconds,
            keys=keys,
        )

    def remove_principal(self, principal: str | Mapping[str, str]) -> None:
        """Remove a principal that was added: S3 refuses its access keys from now on (InvalidAccessKeyId).

        ``principal`` is the result of ``add_principal``, its access key, or an ARN: of a user or session, or of a role
        with all its sessions. Raises ValueError if there is none.
        """
        from s3mock.backend.access import principals  # noqa: PLC0415

        name = principal if isinstance(principal, str) else principal.get("aws_access_key_id", "")
        principals.remove_principal(self.cloud, name)

    def explain(
        self,
        action: str,
        resource: str,
        by: str | Mapping[str, str] | None = None,
        keys: Mapping[str, str | Iterable[str]] = MappingProxyType({}),
    ) -> Explanation:
        """Whether a principal is allowed an action now, and why: the statement of the policy that decides.

        ``print(s3.explain("s3:GetObject", "arn:aws:s3:::photos/a.jpg", by=credentials))``. ``by`` is the result of
        ``add_principal``, an ARN, an access key (also of moto's ``iam`` or ``sts``) or an account; None is an unsigned
        request. ``keys`` are the condition keys of the request: ``{"aws:SourceIp": "203.0.113.7"}``. The
        result is true if the action is allowed.

        ``resource`` is the ARN of a bucket or an object, also one that names the bucket by an access point
        (``point.arn``, ``f"{point.arn}/object/a.jpg"``); "*" is any.

        Raises S3Error: NoSuchBucket, NoSuchAccessPoint; ValueError for an unknown caller or action, and for a resource
        that is not such an ARN, or not of the kind that the action applies to.
        """
        from s3mock.backend.access import explain  # noqa: PLC0415

        return explain.explain(self.cloud, action, resource, by, keys)

    def create_buckets(self, contents: Contents, region: str | None = None) -> None:
        """Create buckets with objects: ``s3.create_buckets({"photos": {"a.txt": "text", "b.jpg": b"..."}})``.

        ``contents`` is a bucket's name, several names, or a mapping of names to objects by their keys. ``region`` is by
        default the one that is configured, for a server us-east-1. Content types follow from the keys' extensions.
        Raises ValueError with S3's error where S3 refuses one.
        """
        from s3mock import initial  # noqa: PLC0415

        if region is None and self._endpoint is None:
            from botocore.session import Session  # noqa: PLC0415

            region = Session().get_config_variable("region")
        initial.create(self.cloud, contents, region or "us-east-1", replaces=True)

    def load_dir(self, path: str | os.PathLike[str], bucket: str, prefix: str = "") -> None:
        """Put an object for each file at any depth in a folder, without reading or copying one.

        The keys are ``prefix`` and the path in the folder; the bucket is created if it does not exist. Content types
        follow from the extensions. ETags are as those of uploads in parts (``...-1``), not MD5s. A file is read when
        its object is, and must not change meanwhile.

        Raises OSError for a folder that cannot be read, S3Error: KeyTooLongError; ValueError for an invalid bucket.
        """
        from s3mock import folders  # noqa: PLC0415

        if self.cloud.find_bucket(bucket) is None:
            self.create_buckets(bucket)
        self.cloud.events.send(folders.load(self.cloud, Path(path), self._bucket(bucket), prefix))

    def put_synthetic(self, bucket: str, key: str, size: int | str) -> None:
        """Put an object that is too large to hold: ``s3.put_synthetic("lake", "huge.bin", "5 TB")``.

        Its bytes are made when they are read, always the same, so that ranges and checksums are right. ``size`` is in
        bytes, or a text with a unit: kB, MB, GB, TB (of 1000), KiB, MiB, GiB, TiB (of 1024). Raises ValueError for a
        size that no object has, S3Error: NoSuchBucket, KeyTooLongError.
        """
        from s3mock import folders  # noqa: PLC0415
        from s3mock.backend import synthetic  # noqa: PLC0415
        from s3mock.backend.digests import checksums_of  # noqa: PLC0415
        from s3mock.models import checksums  # noqa: PLC0415

        number, found = synthetic.size_of(size), self._bucket(bucket)
        blob = synthetic.blob(number)
        (checksum,) = checksums_of(blob, checksums.DEFAULT)
        version = folders.new(self.cloud, found, key, blob, synthetic.etag(number), checksum)
        self.cloud.events.send(folders.put(found, [version]))

    def dump_dir(self, path: str | os.PathLike[str], bucket: str, prefix: str = "") -> int:
        """Write the current objects of a bucket whose keys begin with ``prefix`` to files; returns how many.

        The folder is created, or has to be empty. The rest of a key is the path of its file. Raises FileExistsError,
        ValueError for keys that cannot be files side by side (``a`` and ``a/b``) or lead elsewhere (``../a``), before
        anything is written; S3Error: NoSuchBucket.
        """
        from s3mock import folders  # noqa: PLC0415

        return folders.dump(self._bucket(bucket), Path(path), prefix)

    def _bucket(self, name: str) -> Bucket:
        from s3mock.errors import S3Error  # noqa: PLC0415

        bucket = self.cloud.find_bucket(name)
        if bucket is None:
            raise S3Error("NoSuchBucket", BucketName=name)
        return bucket

    def snapshot(self) -> Snapshot:
        """All that S3 holds now: buckets, objects, versions, uploads, settings, principals, events, and the time.

        It takes no time and no memory, whatever the size: both share what does not change. Functions that were given to
        ``on_event`` are not part of it.
        """
        return Snapshot(self.cloud.snapshot())

    def restore(self, snapshot: Snapshot) -> None:
        """Return to a snapshot, for everyone who shares this S3, in no time. Raises TypeError for anything else."""
        if not isinstance(snapshot, Snapshot):
            raise TypeError(f"restore takes a snapshot, the result of snapshot(), not {snapshot!r}")
        self.cloud.restore(snapshot._store)  # noqa: SLF001 - nobody else needs it

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write all that S3 holds now, with all bytes, to one file, in place of what was saved there before.

        ``mock_s3(load=path)`` begins with it, in this version of s3mock or a later one. Raises OSError, FileExistsError
        for a file of something else.
        """
        from s3mock.backend.persistence import database  # noqa: PLC0415

        database.save(self.cloud.snapshot(), Path(path))

    def load(self, path: str | os.PathLike[str]) -> None:
        """Continue from what ``save`` wrote to a file, for everyone who shares this S3, at its time.

        Raises OSError, and ValueError for a file of something else or of a newer s3mock.
        """
        from s3mock.backend.persistence import database  # noqa: PLC0415

        self.cloud.restore(database.load(Path(path)))

    def diff(self, before: Snapshot, after: Snapshot | None = None) -> Difference:
        """What differs between two snapshots, or between one and now: ``print(s3.diff(before))``.

        Objects, versions, uploads, settings of buckets, access points, principals and the clock, each as a ``Changed``
        with what it was before and after. The result is false if nothing differs.
        """
        from s3mock.backend import difference  # noqa: PLC0415

        after = self.snapshot() if after is None else after
        for each in (before, after):
            if not isinstance(each, Snapshot):
                raise TypeError(f"diff compares snapshots, the results of snapshot(), not {each!r}")
        return difference.between(before._store, after._store)  # noqa: SLF001

    @contextmanager
    def fork(self) -> Iterator[S3]:
        """Try something: at the end of the ``with`` S3 is what it was at its beginning, also after an exception.

        Forks can be nested, and take no time, whatever S3 holds.
        """
        snapshot = self.snapshot()
        try:
            yield self
        finally:
            self.restore(snapshot)

    def reset(self) -> None:
        """Start over with an empty S3, for everyone who shares it."""
        self.cloud.reset()
