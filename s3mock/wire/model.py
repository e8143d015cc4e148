"""S3's service model in botocore's data, which the routes and the codec are compiled from: read for the first request.

Read here, and not by botocore: importing ``botocore.model`` takes a third of the time in which our server starts, since
it imports urllib3, ssl and, if installed, awscrt. ``tests/wire/test_model.py`` compares every shape with botocore's.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Shape:
    """The type of a value, at its place: ``traits`` are those of the type in the model, and of the place over them.

    ``type_name`` is ``structure``, ``list``, ``map`` or that of a scalar. ``members`` are a structure's, ``member`` is
    that of a list's items, ``enum`` has the values of a string, empty if any is one.
    """

    __slots__ = ("name", "traits", "type_name")

    def __init__(self, reference: Mapping[str, Any]) -> None:
        self.name: str = reference["shape"]
        self.traits: Mapping[str, Any] = {**service()["shapes"][self.name], **reference}
        self.type_name: str = self.traits["type"]

    @property
    def members(self) -> Mapping[str, Shape]:
        """The members of a structure by their names, in the model's order."""
        return {name: Shape(reference) for name, reference in self.traits.get("members", {}).items()}

    @property
    def member(self) -> Shape:
        """The items of a list."""
        return Shape(self.traits["member"])

    @property
    def required(self) -> Sequence[str]:
        """The names of the members that a structure must have."""
        required: Sequence[str] = self.traits.get("required", ())
        return required

    @property
    def enum(self) -> Sequence[str]:
        """The values that a string can have; empty if it can have any."""
        enum: Sequence[str] = self.traits.get("enum", ())
        return enum


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
def service() -> Mapping[str, Any]:
    """Return the service model of S3 in the installed botocore, with botocore's own additions."""
    found = find_spec("botocore")
    assert found is not None  # noqa: S101 - it is required
    assert found.submodule_search_locations is not None  # noqa: S101 - it is a package
    folder = Path(found.submodule_search_locations[0]) / "data" / "s3" / "2006-03-01"
    described: dict[str, Any] = json.loads(gzip.decompress((folder / "service-2.json.gz").read_bytes()))
    additions = folder / "service-2.sdk-extras.json"
    if additions.exists():  # not in botocore 1.34
        _merge(described, json.loads(additions.read_bytes())["merge"])
    return described


def _merge(base: dict[str, Any], extra: Mapping[str, Any]) -> None:
    """Put what ``extra`` has into ``base``, and what is in its dictionaries into those of ``base``."""
    for name, value in extra.items():
        if isinstance(value, dict) and name in base:
            _merge(base[name], value)
        else:
            base[name] = value


def operation_names() -> tuple[str, ...]:
    """Return the names of all operations that the installed botocore knows."""
    return tuple(service()["operations"])


def shape(name: str) -> Shape:
    """Return the shape of a name, wherever it is."""
    return Shape({"shape": name})


ALIKE: Mapping[str, str] = {"PostObject": "PutObject"}
"""Operations of S3 that the model does not have, and the operations that share their parameters and results."""


def _operation(name: str) -> Mapping[str, Any]:
    """The operation ``name`` in the model. Raises KeyError."""
    operation: Mapping[str, Any] = service()["operations"][ALIKE.get(name, name)]
    return operation


def is_deprecated(name: str) -> bool:
    """Return whether the model has a successor of the operation."""
    return "deprecated" in _operation(name)


def input_shape(name: str) -> Shape | None:
    """Return the structure of the operation's parameters; None if it has none."""
    return _shape_of(name, "input")


def output_shape(name: str) -> Shape | None:
    """Return the structure of the operation's result; None if it has none."""
    return _shape_of(name, "output")


def _shape_of(name: str, side: str) -> Shape | None:
    reference = _operation(name).get(side)
    return None if reference is None else Shape(reference)


@cache
def http(name: str) -> Http:
    """Return the HTTP binding of the operation ``name``."""
    binding = _operation(name)["http"]
    path, _, query = binding["requestUri"].partition("?")
    literals = {part.partition("=")[0]: part.partition("=")[2] for part in query.split("&") if part}
    return Http(binding["method"], path, literals, int(binding.get("responseCode", 200)))


def inputs(name: str) -> tuple[Binding, ...]:
    """Return the bindings of the operation's input members, in the model's order."""
    return _bindings(input_shape(name))


def required_inputs(name: str) -> tuple[Binding, ...]:
    """Return the bindings of the input members that a request must have: they are few, and soon made."""
    structure = input_shape(name)
    return () if structure is None else _bindings(structure, structure.required)


def outputs(name: str) -> tuple[Binding, ...]:
    """Return the bindings of the operation's output members, in the model's order."""
    return _bindings(output_shape(name))


def _bindings(structure: Shape | None, names: Sequence[str] | None = None) -> tuple[Binding, ...]:
    """The bindings of some members of a structure, by default of all."""
    if structure is None:
        return ()
    payload, members = structure.traits.get("payload"), structure.traits.get("members", {})
    return tuple(
        Binding(
            name,
            "payload" if name == payload else member.traits.get("location", "body"),
            member.traits.get("locationName", name),
            member,
            name in structure.required,
        )
        for name, member in ((name, Shape(members[name])) for name in (members if names is None else names))
    )


@cache
def streams_in(name: str) -> bool:
    """Return whether the operation's body is an object's bytes, which its handler reads, and not a document."""
    return any(binding.location == "payload" and binding.shape.type_name == "blob" for binding in inputs(name))
