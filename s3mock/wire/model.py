"""botocore's model of S3, which the routes and the codec are compiled from; loaded with the first request.

Importing this module does not import botocore: loading the model costs tens of milliseconds.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import OperationModel, ServiceModel, Shape, StructureShape


class Http(NamedTuple):
    """The form of an operation's requests (method, path template, literal parts of the query), and its status.

    ``path`` is ``/``, ``/{Bucket}``, ``/{Bucket}/{Key+}`` or (WriteGetObjectResponse) a literal. A literal query part
    without a value has the empty string. ``status`` is the model's; ``quirks.STATUSES`` has those where S3 differs.
    """

    method: str
    path: str
    query: Mapping[str, str]
    status: int


class Binding(NamedTuple):
    """The place of one member of an input or output in the request or response.

    ``location`` is ``uri``, ``querystring``, ``header``, ``headers`` (a prefix), ``payload`` (the whole body) or
    ``body`` (an element of the document that the whole structure is). ``name`` is its name there: the parameter, the
    header, the prefix or the element.
    """

    member: str
    location: str
    name: str
    shape: Shape
    required: bool


@cache
def service() -> ServiceModel:
    """Return the S3 service model of the installed botocore, loaded on the first call."""
    from botocore.loaders import Loader  # noqa: PLC0415 - importing s3mock must not load botocore
    from botocore.model import ServiceModel  # noqa: PLC0415

    return ServiceModel(Loader().load_service_model("s3", "service-2"), "s3")


def operation_names() -> tuple[str, ...]:
    """Return the names of all operations that the installed botocore knows."""
    return tuple(service().operation_names)


ALIKE: Mapping[str, str] = {"PostObject": "PutObject"}
"""Operations of S3 that the model does not have, and the operations that share their parameters and results."""


@cache
def operation(name: str) -> OperationModel:
    """Return botocore's model of the operation ``name``. Raises botocore's OperationNotFoundError."""
    return service().operation_model(ALIKE.get(name, name))


@cache
def http(name: str) -> Http:
    """Return the HTTP binding of the operation ``name``."""
    binding = operation(name).http
    path, _, query = binding["requestUri"].partition("?")
    literals = {part.partition("=")[0]: part.partition("=")[2] for part in query.split("&") if part}
    return Http(binding["method"], path, literals, int(binding.get("responseCode", 200)))


def inputs(name: str) -> tuple[Binding, ...]:
    """Return the bindings of the operation's input members, in the model's order."""
    return _bindings(operation(name).input_shape)


def outputs(name: str) -> tuple[Binding, ...]:
    """Return the bindings of the operation's output members, in the model's order."""
    return _bindings(operation(name).output_shape)


def _bindings(shape: StructureShape | None) -> tuple[Binding, ...]:
    if shape is None:
        return ()
    payload = shape.serialization.get("payload")
    required = frozenset(shape.required_members)
    return tuple(
        Binding(
            member,
            "payload" if member == payload else member_shape.serialization.get("location", "body"),
            member_shape.serialization.get("name", member),
            member_shape,
            member in required,
        )
        for member, member_shape in shape.members.items()
    )


@cache
def streams_in(name: str) -> bool:
    """Return whether the operation's body is an object's bytes, which its handler reads, and not a document."""
    return bool(operation(name).has_streaming_input)
