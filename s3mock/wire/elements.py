"""From XML nodes to values, by closures made of botocore's shapes. What S3's schema refuses is a ValueError."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, cast

from s3mock.wire import quirks, scalars, xml

if TYPE_CHECKING:
    from botocore.model import ListShape, Shape, StringShape, StructureShape

Read = Callable[[xml.Node], Any]


def _base64(text: str) -> bytes:
    return b64decode(text, validate=True)


READERS: Mapping[str, Callable[[str], Any]] = {
    "blob": _base64,
    "boolean": scalars.boolean,
    "double": float,
    "float": float,
    "integer": scalars.integer,
    "long": scalars.long,
    "timestamp": scalars.timestamp,
}
"""How the text of a type is read; a string is its text."""


def structure(shape: Shape) -> Read:
    """Return the function that reads a node as the structure ``shape``.

    The order of elements does not matter, nor do name space prefixes, text between elements and foreign attributes. An
    element that the model does not know is refused, as is the lack of a required one: S3 validates against a schema, so
    a setting that we would not keep is never accepted in silence.
    """
    members = cast("StructureShape", shape).members
    attributes: dict[str, tuple[str, Read]] = {}
    children: dict[str, tuple[str, Read]] = {}
    for member, member_shape in members.items():
        if "location" in member_shape.serialization:
            continue
        if member_shape.serialization.get("xmlAttribute"):
            attributes[xml.local_name(member_shape.serialization["name"])] = (member, _reader(member_shape))
        else:
            children[_element(member, member_shape)] = (member, _reader(member_shape))
    located = {member for member, member_shape in members.items() if "location" in member_shape.serialization}
    required = (
        frozenset(shape.metadata.get("required", ())) - quirks.NOT_REQUIRED.get(shape.name, frozenset()) - located
    ) | quirks.ALSO_REQUIRED.get(shape.name, frozenset())

    def read(node: xml.Node) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, child in _children(node).items():
            slot = children.get(name)
            if slot is None:
                slot = _other(name, children, attributes)
                if slot is None:
                    continue
            member, read_member = slot
            if member in value:  # the same name under two prefixes
                raise ValueError(name)
            value[member] = read_member(child)
        if not required <= value.keys():
            raise ValueError(required - value.keys())
        return value

    return read


def _other(
    name: str,
    children: Mapping[str, tuple[str, Read]],
    attributes: Mapping[str, tuple[str, Read]],
) -> tuple[str, Read] | None:
    """Return the slot of an attribute or of an element with a prefix; None for what is not looked at."""
    if name == "#text":
        return None
    local = xml.local_name(name)
    if name[0] == "@":
        return attributes.get(local)
    slot = children.get(local)
    if slot is None and local not in quirks.DROPPED_ELEMENTS:
        raise ValueError(name)
    return slot


def _element(member: str, shape: Shape) -> str:
    """Return the name of the element that a member is: that of its items where a list is flattened."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        item = cast("ListShape", shape).member.serialization.get("name")
        return cast("str", shape.serialization.get("name") or item or member)
    return cast("str", shape.serialization.get("name", member))


def _reader(shape: Shape) -> Read:
    if shape.type_name == "structure":
        return structure(shape)
    if shape.type_name == "list":
        return _flattened(shape) if shape.serialization.get("flattened") else _wrapped(shape)
    if shape.type_name == "string":
        return _string(cast("StringShape", shape))
    convert = READERS[shape.type_name]

    def read(node: xml.Node) -> Any:
        return convert(_text(node).strip())

    return read


def _string(shape: StringShape) -> Read:
    if not shape.enum or shape.name in quirks.OPEN_ENUMS:
        return _text
    values = frozenset(shape.enum)

    def read(node: xml.Node) -> str:
        text = _text(node)
        if text not in values:
            raise ValueError(text)
        return text

    return read


def _flattened(shape: Shape) -> Read:
    read_item = _reader(cast("ListShape", shape).member)

    def read(node: xml.Node) -> list[Any]:
        return [read_item(item) for item in (node if isinstance(node, list) else (node,))]

    return read


def _wrapped(shape: Shape) -> Read:
    item_shape = cast("ListShape", shape).member
    item_name = item_shape.serialization.get("name", "member")
    read_items = _flattened(shape)

    def read(node: xml.Node) -> list[Any]:
        values: list[Any] = []
        for name, child in _children(node).items():
            if xml.local_name(name) == item_name:
                values += read_items(child)
            elif name != "#text" and name[0] != "@":
                raise ValueError(name)
        return values

    return read


def _children(node: xml.Node) -> dict[str, Any]:
    """Return the elements, attributes and text of a node that stands once; one without elements has none."""
    if isinstance(node, dict):
        return node
    if node is None or (isinstance(node, str) and node.isspace()):
        return {}
    raise ValueError(node)


def _text(node: xml.Node) -> str:
    """Return the text of a node that stands once and has no elements."""
    if isinstance(node, str):
        return node
    if node is None:
        return ""
    if isinstance(node, dict) and all(name == "#text" or name[0] == "@" for name in node):
        return cast("str", node.get("#text", ""))
    raise ValueError(node)
