"""Everything that one mock holds: time, accounts, and the buckets of each partition."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from s3mock.backend.access.principals import Identities, Principals
from s3mock.backend.access_points import AccessPoints
from s3mock.backend.access_points.object_lambda import Invocations
from s3mock.backend.agenda import Agenda
from s3mock.backend.blobs import BlobStore
from s3mock.backend.clock import Clock
from s3mock.backend.namespace import Namespace
from s3mock.backend.notification import Events
from s3mock.backend.reports.logging import AccessLog
from s3mock.models import credentials
from s3mock.models.account import ANONYMOUS, Account, account
from s3mock.models.directory import Session
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from s3mock.backend.bucket import Bucket, Listener
    from s3mock.settings import Settings

ACCOUNT_ID_LENGTH = 12


class Cloud:
    """The S3 of one mock. Dropping it drops everything; ``reset`` empties it in place.

    ``namespace`` has the buckets of the standard partition; ``partition`` those of any. ``listeners`` are told of every
    committed change in any bucket, as ``listener(bucket, change)``. ``access_points`` are other names of buckets;
    ``invocations`` the calls that functions of Object Lambda are answering. ``agenda`` is what S3 will do by itself,
    ``events`` what it tells of changes. ``identities`` are the access keys that it knows, ``principals`` the users and
    roles behind some of them; ``checks_headers`` is whether requests that are signed in their headers are looked at:
    the date of those that have come over a connection, and all else where the settings say so.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock()
        self.agenda = Agenda()
        self.access_log = AccessLog()
        self.blobs = BlobStore()
        self.access_points = AccessPoints()
        self.invocations = Invocations()
        self.identities = Identities(settings.credentials)
        self._accounts = settings.accounts  # no variable changes it, and every request asks
        self.principals = Principals()
        self.checks_headers = settings.verify_signatures == "all"
        self.listeners: list[Listener] = []
        self.events = Events(self.clock, self.listeners)
        self.namespace = Namespace("aws", self.listeners)
        self._namespaces = {"aws": self.namespace}
        _clouds.add(self)

    def partition(self, name: str) -> Namespace:
        """Return the bucket names of the partition ``name`` ("aws", "aws-cn", "aws-us-gov", ...)."""
        namespace = self._namespaces.get(name)
        return namespace or self._namespaces.setdefault(name, Namespace(name, self.listeners))

    def find_bucket(self, name: str) -> Bucket | None:
        """Return the bucket called ``name`` in the first partition that has one, or None."""
        for namespace in tuple(self._namespaces.values()):
            bucket = namespace.get(name)
            if bucket is not None:
                return bucket
        return None

    def is_empty(self) -> bool:
        """Whether there is no bucket in any partition."""
        return not any(namespace.buckets() for namespace in tuple(self._namespaces.values()))

    def catch_up(self) -> None:
        """Do what S3 would have done by itself until now: what is about to look at its state begins with this."""
        now = self.clock.timestamp()
        if now >= self.agenda.due:
            self.agenda.run(now)

    def caller(self, access_key: str | None) -> Account:
        """Return the account that signs with ``access_key``; ANONYMOUS where nobody signed.

        It is the one whose key is known to be its, else the one that the settings give the key, else the key itself if
        it is an account id, else the default.
        """
        if access_key is None:
            return ANONYMOUS
        settings = self.settings
        identity = self.identities.find(access_key)
        account_id = identity.account_id if identity is not None else None
        if account_id is None:
            account_id = self._accounts.get(access_key)
        if account_id is None:
            is_account_id = len(access_key) == ACCOUNT_ID_LENGTH and access_key.isascii() and access_key.isdigit()
            account_id = access_key if is_account_id else settings.account_id
        return account(account_id)

    def secret_of(self, access_key: str, session_token: str | None = None) -> str | None:
        """Return the secret of an access key; None where it is not known, and nothing can be verified.

        Known are ``identities``, the mock's own key and that of the environment, and those of a directory bucket's
        sessions, whose secrets follow from their tokens. Raises InvalidToken for a ``session_token`` that is none.
        """
        identity = self.identities.find(access_key)
        if identity is not None:
            return identity.secret
        if session_token is not None:
            return Session.of(session_token).secret_of(access_key)
        return credentials.secret_of(access_key)

    def account(self, account_id: str) -> AccountView:
        """Return what the account ``account_id`` has; every account exists."""
        return AccountView(self, account(account_id))

    def reset(self) -> None:
        """Forget buckets, access points, keys and events, what was to be done, and how far the clock was advanced."""
        for namespace in self._namespaces.values():
            namespace.clear()
        self.access_points.clear()
        self.identities.clear()
        self.principals.clear()
        self.agenda.clear()
        self.access_log.clear()
        self.events.clear()
        self.clock.offset = 0.0

    def after_fork(self) -> None:
        """Take new locks in a forked child, which has its own copy of everything."""
        for namespace in self._namespaces.values():
            namespace.after_fork()
        self.access_points.after_fork()
        self.agenda.after_fork()
        self.access_log.after_fork()
        self.events.after_fork()


@dataclass(frozen=True, slots=True)
class AccountView:
    """What one account has in a cloud."""

    cloud: Cloud
    account: Account

    def region(self, name: str) -> RegionView:
        """Return what the account has in the region ``name``."""
        return RegionView(self.cloud, self.account, name)


@dataclass(frozen=True, slots=True)
class RegionView:
    """What one account has in one region."""

    cloud: Cloud
    account: Account
    name: str

    @property
    def buckets(self) -> list[Bucket]:
        """The account's buckets in the region, ordered by name."""
        namespace = self.cloud.partition(partition_of(self.name))
        return [bucket for bucket in namespace.owned_by(self.account) if bucket.region == self.name]


_clouds: WeakSet[Cloud] = WeakSet()


def _after_fork() -> None:
    # A lock that another thread held at the time of the fork would stay locked in the child, where that thread is not.
    for cloud in list(_clouds):
        cloud.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
