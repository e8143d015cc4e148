"""botocore's own classes for the service model of S3, which its serializers and parsers take."""

from __future__ import annotations

from functools import cache

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel

from s3mock.wire.model import ALIKE


@cache
def service() -> ServiceModel:
    """botocore's service model of S3."""
    return ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")


@cache
def operation(name: str) -> OperationModel:
    """botocore's model of an operation, or of the one that it is like."""
    return service().operation_model(ALIKE.get(name, name))
