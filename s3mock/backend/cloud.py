"""Everything that one mock holds: time, accounts, and the buckets of each partition."""

from __future__ import annotations

import logging
import os
from threading import Lock, get_ident
from typing import TYPE_CHECKING
from weakref import WeakSet

from s3mock.backend import ids
from s3mock.backend.access.identities import NOBODY, Holder
from s3mock.backend.access_points.object_lambda import Invocations
from s3mock.backend.agenda import NEVER
from s3mock.backend.blobs import BlobStore
from s3mock.backend.bucket import Bucket
from s3mock.backend.bucket_state import BucketState
from s3mock.backend.cause import Cause
from s3mock.backend.commit import Commit
from s3mock.backend.elsewhere import NOTHING
from s3mock.backend.faults import Faults
from s3mock.backend.journal import Journal
from s3mock.backend.namespace import Namespace
from s3mock.backend.notification import Events
from s3mock.backend.store import EMPTY
from s3mock.clock import Clock
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.models import credentials
from s3mock.models.account import Account, account
from s3mock.models.bucket import BucketIdentity
from s3mock.models.credentials import Identity
from s3mock.models.directory import Session, zone_of
from s3mock.models.regions import partition_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from s3mock.backend.access.identities import Identities, Principals
    from s3mock.backend.access_points.by_name import AccessPoints
    from s3mock.backend.agenda import Due
    from s3mock.backend.bucket_state import Change
    from s3mock.backend.elsewhere import Signer
    from s3mock.backend.notification.message import Message
    from s3mock.backend.persistence.folder import DataFolder
    from s3mock.backend.store import Store
    from s3mock.models.configuration import Configuration
    from s3mock.settings import Settings

ACCOUNT_ID_LENGTH = 12
BEGINNING = "2026-01-01T00:00:00Z"
"""The time at which an S3 with a seed begins."""

_log = logging.getLogger("s3mock")


class Cloud:
    """The S3 of one mock. Dropping it drops everything; ``reset`` empties it in place.

    ``store`` is all of its state: readers take no lock, and only this class replaces it. ``events`` sends the messages
    about events; ``invocations`` are the calls that functions of Object Lambda are answering; ``journal`` has the last
    requests, None where a setting turns it off; ``elsewhere`` is another mock in this process. ``checks_headers`` is
    whether requests that are signed in their headers are verified: the date of those that came over a connection, and
    the rest according to the settings. ``namespace`` has the buckets of the standard partition, ``partition`` those of
    any. ``faults`` are the rules by which requests fail.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = EMPTY
        self.elsewhere = NOTHING
        self.clock = Clock()
        self.blobs = BlobStore()
        self.invocations = Invocations()
        # Read for every request, and no environment variable changes them while the cloud exists.
        self._accounts, self.custom_endpoints = settings.accounts, settings.custom_endpoints
        self._identities = {
            key: Identity(key, secret, account_id) for key, (secret, account_id) in settings.credentials.items()
        }
        self._latest_holder: tuple[object, Holder] = (None, NOBODY)
        self.checks_headers = settings.verify_signatures == "all"
        self._knows_all_keys = settings.verify_signatures == "all" and bool(settings.credentials)
        self.events = Events()
        size = settings.journal
        self.journal = Journal(size) if size else None
        self.faults = Faults(self.clock)
        self._lock = Lock()
        self._catching_up = Lock()
        self._folder: DataFolder | None = None
        self._begun: Due | None = None  # work that is being done, and the thread that does it
        self._worker: int | None = None
        self._epoch = 0
        self._begin_seeded()
        _clouds.add(self)

    def _begin_seeded(self) -> None:
        """Where the settings have a seed, begin with its ids, at its time."""
        if self.settings.seed is not None:
            self._epoch = 0
            ids.seed(self.settings.seed, 0)
            self.clock.travel_to(BEGINNING)
            self.clock.freeze()

    @property
    def namespace(self) -> Namespace:
        """The bucket names of the standard partition."""
        return Namespace(self, "aws")

    def partition(self, name: str) -> Namespace:
        """The bucket names of the partition ``name`` ("aws", "aws-cn", "aws-us-gov", ...)."""
        return Namespace(self, name)

    @property
    def access_points(self) -> AccessPoints:
        """The access points at this moment, with those of another mock."""
        return self.store.access_points.with_others(self.elsewhere.access_points())

    @property
    def principals(self) -> Principals:
        """The users, roles and sessions that were added, at this moment."""
        return self.store.principals

    def holder(self, access_key: str | None) -> Holder:
        """Who signs with an access key; NOBODY for an unsigned request.

        The account is that of a known key, otherwise the key's account in the settings, otherwise the key itself if it
        is an account id, otherwise the default. Normally every key is accepted, except that of a principal that was
        removed. Where the settings list ``credentials`` and all signatures are verified, only known keys are.
        """
        if access_key is None:
            return NOBODY
        store = self.store
        is_accepted = not self._knows_all_keys or self._is_ours(access_key)
        signer = self.elsewhere.signer(access_key)
        basis = (access_key, store.identities, store.principals, signer, self.settings.account_id, is_accepted)
        latest, holder = self._latest_holder
        if latest != basis:  # most requests are signed with the key of the one before
            holder = self._holder(*basis)
            self._latest_holder = basis, holder
        return holder

    def _holder(
        self,
        access_key: str,
        identities: Identities,
        principals: Principals,
        signer: Signer | None,
        default: str,
        is_accepted: bool,
    ) -> Holder:
        """The holder of a key that is its ``signer``'s in another mock; ``is_accepted`` is whether unknown keys are."""
        identity = identities.by_key.get(access_key) or self._identities.get(access_key)
        principal = principals.by_key.get(access_key)
        if signer is not None:
            identity, principal = identity or signer.identity, principal or signer.principal

        account_id = None if identity is None else identity.account_id
        if account_id is None:
            account_id = self._accounts.get(access_key)
        if account_id is None:
            is_account_id = len(access_key) == ACCOUNT_ID_LENGTH and access_key.isascii() and access_key.isdigit()
            account_id = access_key if is_account_id else default

        if access_key in identities.removed:
            is_accepted = False
        elif identity is not None:
            is_accepted = identity.is_active
        return Holder(account(account_id), identity, principal, is_accepted)

    def bucket(self, partition: str, name: str) -> Bucket | None:
        """The bucket called ``name`` in a partition, or None."""
        state = self.store.buckets.get((partition, name))
        return None if state is None else Bucket(self, state.identity)

    def find_bucket(self, name: str) -> Bucket | None:
        """The bucket called ``name`` in the standard partition or else in any other, or None."""
        buckets = self.store.buckets
        state = buckets.get(("aws", name))
        if state is None:
            state = next((state for (_, other), state in buckets.items() if other == name), None)
        return None if state is None else Bucket(self, state.identity)

    def is_empty(self) -> bool:
        """Whether there is no bucket in any partition."""
        return not self.store.buckets

    def create_bucket(
        self,
        partition: str,
        name: str,
        account: Account,
        region: str,
        now: datetime,
        configuration: Configuration,
    ) -> tuple[Bucket, bool]:
        """Create a bucket unless its partition has one with this name: the bucket, and whether it is new.

        Raises TooManyBuckets where the account has as many as the settings allow; directory buckets do not count.
        """
        identity = BucketIdentity(name, account, region, now, partition, ids.bucket_number(), zone_of(name))
        with self._lock:
            present = self.store.buckets.get((partition, name))
            if present is not None:
                return Bucket(self, present.identity), False
            if identity.zone is None:
                self._check_quota(account)
            self._replace(self.store.with_bucket(BucketState(configuration=configuration, identity=identity)))
        return Bucket(self, identity), True

    def _check_quota(self, account: Account) -> None:
        buckets, most = self.store.buckets, self.settings.account_max_buckets
        if len(buckets) < most:
            return
        identities = [state.identity for state in buckets.values()]
        if sum(identity.account == account and identity.zone is None for identity in identities) >= most:
            raise S3Error("TooManyBuckets")  # https://github.com/milliHQ/terraform-aws-next-js/issues/15

    def delete_bucket(self, bucket: BucketIdentity, check: Callable[[BucketState], None]) -> None:
        """Delete a bucket unless ``check`` raises an error.

        Raises NoSuchBucket if it has been deleted, BucketHasAccessPointsAttached.
        """
        with self._lock:
            state = self.store.buckets.get((bucket.partition, bucket.name))
            if state is None or state.identity.number != bucket.number:
                raise S3Error("NoSuchBucket", BucketName=bucket.name)
            self.access_points.check_detached(bucket)
            check(state)
            self._replace(self.store.without_bucket(bucket))

    def commit(
        self,
        bucket: BucketIdentity,
        decide: Callable[[BucketState], Change],
        cause: Cause | Callable[[], Cause] | None,
    ) -> Change:
        """Replace the state of a bucket by the one that ``decide`` returns, with all effects, in one assignment.

        ``Bucket.commit`` has the details.
        """
        with self._lock:
            before = self.store.buckets.get((bucket.partition, bucket.name))
            if before is None or before.identity.number != bucket.number:
                raise S3Error("NoSuchBucket", BucketName=bucket.name)
            change = decide(before)
            after = change.state
            if after is before and change.event is None:
                return change
            store = self.store.with_bucket(after)
            if after.configuration.followed or change.configured or change.dues:
                store = store.with_work(change.dues)
                cause = cause() if callable(cause) else cause or Cause(outbox=[])
                from s3mock.backend.effects import EFFECTS  # noqa: PLC0415 - the modules of most topics

                commit = Commit(before, change, cause, self.clock.timestamp(), self.settings)
                for effect in EFFECTS:
                    store = effect(store, commit)
            self._replace(store)
        return change

    def update(self, change: Callable[[Store], Store]) -> None:
        """Replace the store by what ``change`` returns for it. ``change`` runs under the lock: it must be quick."""
        with self._lock:
            self._replace(change(self.store))

    def _replace(self, store: Store) -> None:
        """Replace the store, under the lock. If the data folder cannot keep the new one, the old one stays.

        Raises InsufficientStorage. What work of the agenda changes is kept together with its end.
        """
        if self._folder is not None and self._worker != get_ident():
            self._folder.write(store if self._begun is None else store.with_work((self._begun,)))
        self.store = store

    def move_clock(self, move: Callable[[Clock], None]) -> None:
        """Move the clock; where that sets it back, schedules begin anew from the time that it has then."""
        before, state = self.clock.timestamp(), self.clock.state
        move(self.clock)
        now = self.clock.timestamp()

        def moved(store: Store) -> Store:
            if now < before and store.agenda.next_due != NEVER:
                from s3mock.backend.effects import set_back  # noqa: PLC0415

                store = set_back(store, now)
            return store if self._folder is None else self._with_clock(store)

        try:
            self.update(moved)
        except S3Error:  # the data folder cannot keep it
            self.clock.state = state
            raise

    def _with_clock(self, store: Store) -> Store:
        offset, frozen_at = self.clock.state
        return store._replace(clock_offset=offset, clock_frozen_at=frozen_at)

    def catch_up(self) -> list[Message]:
        """Do what S3 would have done by itself until now, and what becomes due by that: the messages about it.

        Code that is about to read the state calls this first. It does nothing while another thread, or a caller further
        up, is doing the same. An exception of a piece of work is raised here, after the messages so far have been sent;
        that work is not done again, and what comes after it stays due. If the disk is full, the work itself stays due.
        """
        next_due = self.store.agenda.next_due
        if next_due == NEVER:
            return []
        now = self.clock.timestamp()
        if now < next_due or not self._catching_up.acquire(blocking=False):
            return []
        outbox: list[Message] = []
        try:
            from s3mock.backend.effects import WORK  # noqa: PLC0415

            while (due := self._take_due(now)) is not None:
                again = None
                try:
                    WORK[due.work](self, due, Cause(outbox, due=due.when))
                except S3Error as error:
                    if error.code == "InsufficientStorage":
                        again = due
                    elif error.code != "NoSuchBucket":  # the bucket has been deleted at this moment
                        raise
                finally:
                    self._end_work(again)
                if again is not None:
                    break
        except BaseException:
            self.events.send(outbox)  # their changes are made, and the caller will not get them
            raise
        finally:
            self._catching_up.release()
        return outbox

    def _take_due(self, now: float) -> Due | None:
        """Take the next work off the agenda; None where nothing is due. Work of deleted buckets is dropped."""
        with self._lock:
            while (first := self.store.agenda.first(now)) is not None:
                due, agenda = first
                self.store = self.store._replace(agenda=agenda)
                bucket = due.bucket
                state = None if bucket is None else self.store.buckets.get((bucket.partition, bucket.name))
                if bucket is None or (state is not None and state.identity.number == bucket.number):
                    self._begun, self._worker = due, get_ident()
                    return due
        return None

    def _end_work(self, again: Due | None) -> None:
        """Keep what the work of this thread has changed; ``again`` is work that could not be done, and is due again."""
        with self._lock:
            self._begun = self._worker = None
            if again is not None:
                self.store = self.store.with_work((again,))
            if self._folder is not None:
                try:
                    self._folder.write(self.store)
                except S3Error:
                    _log.warning("the disk is full: the work of S3 is kept with the next change")

    def knows(self, access_key: str) -> bool:
        """Whether an access key was added, is in the settings, or is the mock's own or that of the environment."""
        return self.holder(access_key).identity is not None or self._is_ours(access_key)

    def _is_ours(self, access_key: str) -> bool:
        return access_key in self._accounts or credentials.secret_of(access_key) is not None

    def secret_of(self, access_key: str, session_token: str | None = None) -> str | None:
        """The secret of an access key; None for an unknown one, whose signatures cannot be verified.

        Known keys are those with an identity, the mock's own key and that of the environment, and those of a directory
        bucket's sessions, whose secrets are derived from their tokens. Raises InvalidToken for an invalid
        ``session_token``.
        """
        identity = self.holder(access_key).identity
        if identity is not None:
            return identity.secret
        if session_token is not None:
            return Session.of(session_token).secret_of(access_key)
        return credentials.secret_of(access_key)

    def account(self, account_id: str) -> AccountView:
        """A view of the account ``account_id``; every account exists."""
        return AccountView(self, account(account_id))

    def snapshot(self) -> Store:
        """The state at this moment, with that of the clock: ``restore`` takes it, here or in another cloud."""
        with self._lock:
            return self._with_clock(self.store)

    def restore(self, snapshot: Store) -> None:
        """Continue from a snapshot, at its time. A request in progress gets NoSuchBucket unless that has its bucket."""
        with self._lock:
            self._replace(snapshot)
            self.clock.state = (snapshot.clock_offset, snapshot.clock_frozen_at)
            if self.settings.seed is not None:
                # The ids in the snapshot, and those that the data folder had at its start, must not come again.
                self._epoch = max(self._epoch, ids.epoch()) + 1
                ids.seed(self.settings.seed, self._epoch)

    def reset(self) -> None:
        """Drop all state, including the clock's offset, the functions that receive events, faults and journal."""
        self.restore(EMPTY)
        self.events.clear()
        if self.journal is not None:
            self.journal.clear()
        self.faults.clear()
        self._begin_seeded()
        if self._folder is not None:
            self.update(self._with_clock)

    def keep_in(self, folder: DataFolder) -> None:
        """Continue from what a data folder has, and keep every change in it until ``close``. Raises DataFolderError."""
        with self._lock:
            store, self.blobs = folder.load(), folder.blobs
            if folder.is_new:
                store = self._with_clock(store)  # a seed has set it
            self.store = store
            self.clock.state = (store.clock_offset, store.clock_frozen_at)
            self._folder = folder

    @property
    def is_kept(self) -> bool:
        """Whether a data folder keeps the state."""
        return self._folder is not None

    def close(self) -> None:
        """Leave the data folder to others, with everything in it; without one this does nothing."""
        with self._lock:
            folder, self._folder = self._folder, None
            if folder is not None:
                self.blobs = BlobStore()
                try:
                    folder.write(self.store)
                finally:
                    folder.close()

    def after_fork(self) -> None:
        """Make new locks in a forked child, which has its own copy of everything, and no data folder."""
        self._lock, self._catching_up = Lock(), Lock()
        self.faults.after_fork()
        if self._folder is not None:
            self._folder.after_fork()
            self._folder = None


@dataclass(frozen=True, slots=True)
class AccountView:
    """An account in a cloud."""

    cloud: Cloud
    account: Account

    def region(self, name: str) -> RegionView:
        """A view of the account's buckets in the region ``name``."""
        return RegionView(self.cloud, self.account, name)


@dataclass(frozen=True, slots=True)
class RegionView:
    """An account in one region of a cloud."""

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
