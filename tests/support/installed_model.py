"""What a test needs of botocore's model of S3: with an older botocore that lacks it, the test is not run.

``@pytest.mark.model("RenameObject", "PutObject.ChecksumType", "Bucket.BucketArn")`` names operations, and members of
their inputs and outputs, or of structures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from s3mock.wire import model

if TYPE_CHECKING:
    import pytest


def lacks(element: str) -> bool:
    """Whether the installed model lacks an operation or a member."""
    owner, _, member = element.partition(".")
    if owner in model.operation_names():
        bindings = (*model.inputs(owner), *model.outputs(owner))
        return bool(member) and all(binding.member != member for binding in bindings)
    return owner not in model.service()["shapes"] or member not in model.shape(owner).members


def needs_newer(item: pytest.Item) -> bool:
    """Whether the installed model lacks something that a mark of the test, its class or its file names."""
    return any(lacks(element) for mark in item.iter_markers("model") for element in mark.args)
