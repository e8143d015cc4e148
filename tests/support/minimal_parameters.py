"""The smallest parameters that botocore accepts for each operation of S3."""

from __future__ import annotations

from typing import Any

from botocore.model import ListShape, Shape, StringShape, StructureShape

from tests.support import service_model

SPECIAL = {"Bucket": "my-bucket", "Key": "folder/my key+", "CopySource": "bucket/key", "PartNumber": 1}
SCALARS = {"integer": 1, "long": 1, "boolean": True, "timestamp": 0, "blob": b"bytes"}


def smallest(shape: Shape, name: str = "") -> Any:
    """The smallest value that botocore accepts for the shape."""
    if name in SPECIAL:
        return SPECIAL[name]
    if isinstance(shape, StructureShape):
        members = shape.required_members or (list(shape.members)[:1] if shape.is_tagged_union else [])
        return {member: smallest(shape.members[member], member) for member in members}
    if isinstance(shape, ListShape):
        return [smallest(shape.member)]
    if isinstance(shape, StringShape):
        return shape.enum[0] if shape.enum else "t" * shape.metadata.get("min", 4)
    return SCALARS[shape.type_name]


def parameters_of(operation: str) -> dict[str, Any]:
    """Return the required parameters of the operation."""
    shape = service_model.operation(operation).input_shape
    return dict(smallest(shape)) if shape else {}
