"""The annotations of a version: they are part of it, and are deleted with it.

A new version has none, and a copy has those of its source. Adding,
replacing or removing one changes neither the version's ETag nor its time, and makes no new version (User Guide,
"Annotating your objects"). The functions are pure, like those of ``backend.versions``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s3mock.backend import versions
from s3mock.backend.bucket_state import Change
from s3mock.errors import S3Error
from s3mock.models.annotation import MOST_ANNOTATIONS, Annotation
from s3mock.models.conditions import matches
from s3mock.models.object_lock import check_deletable

if TYPE_CHECKING:
    from datetime import datetime

    from s3mock.backend.bucket_state import BucketState
    from s3mock.models.version import Version


def find(version: Version, name: str) -> Annotation | None:
    """The annotation of ``version`` with this name, or None."""
    return next((annotation for annotation in version.annotations if annotation.name == name), None)


def put(state: BucketState, version: Version, annotation: Annotation, object_if_match: str | None) -> Change:
    """Attach ``annotation`` to ``version``, replacing one with the same name.

    Raises NoSuchKey if the version has been deleted meanwhile, PreconditionFailed if its ETag is not
    ``object_if_match``, AnnotationLimitExceeded.
    """
    present = _present(state, version, object_if_match)
    others = _without(present, annotation.name)
    if len(others) >= MOST_ANNOTATIONS:
        raise S3Error("AnnotationLimitExceeded")
    annotations = tuple(sorted((*others, annotation), key=lambda each: each.order))
    return versions.replace(state, replace(present, annotations=annotations), "ObjectAnnotation:Put")


def delete(
    state: BucketState, version: Version, name: str, object_if_match: str | None, *, now: datetime, bypass: bool
) -> Change:
    """Remove the annotation called ``name`` from ``version``; removing a missing one succeeds.

    (nidor1998/s3util-rs, tests/e2e_delete_object_annotation.rs, on S3.)

    An object lock protects the annotations of a version like the version itself (API page DeleteObjectAnnotation; that
    a legal hold does so is assumed). ``bypass`` is whether governance mode is bypassed.

    Raises NoSuchKey and PreconditionFailed like ``put``, and AccessDenied for a locked version.
    """
    present = _present(state, version, object_if_match)
    if present.lock is not None:
        check_deletable(present.lock, now, bypass=bypass)
    if find(present, name) is None:
        return Change(state, None, version.key)
    annotations = _without(present, name)
    return versions.replace(state, replace(present, annotations=annotations), "ObjectAnnotation:Delete")


def _present(state: BucketState, version: Version, object_if_match: str | None) -> Version:
    present = versions.find(state, version.key, version.version_id)
    if present is None or present.delete_marker:
        raise S3Error("NoSuchKey", Key=version.key)
    if object_if_match is not None and not matches(object_if_match, present.etag):
        raise S3Error("PreconditionFailed", Condition="x-amz-object-if-match")
    return present


def _without(version: Version, name: str) -> tuple[Annotation, ...]:
    return tuple(annotation for annotation in version.annotations if annotation.name != name)
