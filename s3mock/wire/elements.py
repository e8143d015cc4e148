"""XML nodes into values, by closures made of the model's shapes. What S3's schema refuses is a ValueError."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from s3mock.wire import quirks, scalars, xml

if TYPE_CHECKING:
    from s3mock.wire.model import Shape

Read = Callable[[xml.Node], Any]

READERS: Mapping[str, Callable[[str], Any]] = {
    "blob": partial(b64decode, validate=True),
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
    unknown element is refused, as is the lack of a required one: S3 validates against a schema, and a setting that we
    would not keep is never silently accepted.
    """
    attributes: dict[str, tuple[str, Read]] = {}
    children: dict[str, tuple[str, Read]] = {}
    required = set(shape.required) - quirks.NOT_REQUIRED.get(shape.name, frozenset())
    for member, member_shape in shape.members.items():
        traits = member_shape.traits
        if "location" in traits:
            required.discard(member)
        elif traits.get("xmlAttribute"):
            attributes[xml.local_name(traits["locationName"])] = (member, _reader(member_shape))
        else:
            name = traits.get("locationName")
            if member_shape.type_name == "list" and traits.get("flattened"):
                name = name or member_shape.member.traits.get("locationName")
            children[name or member] = (member, _reader(member_shape))
    required |= quirks.ALSO_REQUIRED.get(shape.name, frozenset())

    def read(node: xml.Node) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, child in _children(node).items():
            slot = children.get(name)
            if slot is None:  # an attribute, text between elements, or an element with a prefix
                if name == "#text":
                    continue
                local = xml.local_name(name)
                attribute = name[0] == "@"
                slot = (attributes if attribute else children).get(local)
                if slot is None:
                    if attribute or local in quirks.DROPPED_ELEMENTS:
                        continue
                    raise ValueError(name)
            member, read_member = slot
            if member in value:  # the same name under two prefixes
                raise ValueError(name)
            value[member] = read_member(child)
        if not required <= value.keys():
            raise ValueError(required - value.keys())
        return value

    return read


def _reader(shape: Shape) -> Read:
    """Return the function that reads the node, or the repeated nodes, of a value."""
    if shape.type_name == "structure":
        return structure(shape)

    if shape.type_name == "list":
        item = shape.member
        item_name, read_item = item.traits.get("locationName", "member"), _reader(item)

        def read_items(node: xml.Node) -> list[Any]:
            return [read_item(item) for item in (node if isinstance(node, list) else (node,))]

        def read_list(node: xml.Node) -> list[Any]:
            values: list[Any] = []
            for name, child in _children(node).items():
                if xml.local_name(name) == item_name:
                    values += read_items(child)
                elif name != "#text" and name[0] != "@":
                    raise ValueError(name)
            return values

        return read_items if shape.traits.get("flattened") else read_list

    if shape.type_name == "string":
        values = frozenset(shape.enum)
        if not values or shape.name in quirks.OPEN_ENUMS:
            return _text

        def read_enum(node: xml.Node) -> str:
            text = _text(node)
            if text not in values:
                raise ValueError(text)
            return text

        return read_enum

    convert = READERS[shape.type_name]
    return lambda node: convert(_text(node).strip())


def _children(node: xml.Node) -> dict[str, Any]:
    """Return the elements, attributes and text of a node that is not repeated; one without elements has none."""
    if isinstance(node, dict):
        return node
    if node is None or (isinstance(node, str) and node.isspace()):
        return {}
    raise ValueError(node)


def _text(node: xml.Node) -> str:
    """Return the text of a node that is not repeated and has no elements."""
    if isinstance(node, str):
        return node
    if node is None:
        return ""
    if isinstance(node, dict) and all(name == "#text" or name[0] == "@" for name in node):
        return cast("str", node.get("#text", ""))
    raise ValueError(node)
