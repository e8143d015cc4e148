"""The committed changes of a cloud's buckets."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from s3mock.backend.bucket_state import BucketState, Change
    from s3mock.backend.cause import Cause
    from s3mock.backend.cloud import Cloud
    from s3mock.models.bucket import BucketIdentity


class Committed(NamedTuple):
    """A change of one bucket and its cause; None for a commit without one."""

    bucket: BucketIdentity
    change: Change
    cause: Cause | None


def recorded(cloud: Cloud) -> list[Committed]:
    """The list to which every change is added from now on."""
    committed: list[Committed] = []
    commit = cloud.commit

    def recording(
        bucket: BucketIdentity,
        decide: Callable[[BucketState], Change],
        cause: Cause | Callable[[], Cause] | None,
    ) -> Change:
        before = cloud.store.buckets.get((bucket.partition, bucket.name))
        change = commit(bucket, decide, cause)
        if change.state is not before or change.event is not None:
            committed.append(Committed(bucket, change, cause() if callable(cause) else cause))
        return change

    cloud.commit = recording  # type: ignore[method-assign]
    return committed
