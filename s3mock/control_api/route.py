"""A row of the table of the control API."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from s3mock.control_api.schema import Schema

PREFIX = "/_s3mock"
"""Before every path of the table."""
IN_QUERY = frozenset({"GET", "DELETE"})
"""The methods whose parameters are in the query; those of the others are in a JSON body."""

STATUS: Schema = {
    "type": "object",
    "properties": {"status": {"type": "string"}},
    "required": ["status"],
    "additionalProperties": False,
}
"""The schema of an answer without more to say than that it is done: ``{"status": "ok"}``."""


class Route(NamedTuple):
    """A row of the table.

    ``parameters`` come in the query of GET and DELETE, and in a JSON object in the body of POST and PUT; their names
    are those of ``function``, which also takes the control object. ``result`` is the schema of the answer, None for the
    web page. ``does`` is the member of the control object that the route stands for, "" for one without.
    """

    method: str
    path: str
    function: Callable[..., Any]
    summary: str
    does: str = ""
    parameters: Mapping[str, Schema] = MappingProxyType({})
    required: tuple[str, ...] = ()
    result: Schema | None = STATUS

    @property
    def is_read_from_query(self) -> bool:
        """Whether the parameters are in the query; otherwise they are in a JSON body."""
        return self.method in IN_QUERY

    @property
    def schema(self) -> Schema:
        """The schema of the parameters as one object."""
        return {
            "type": "object",
            "properties": dict(self.parameters),
            "required": [*self.required],
            "additionalProperties": False,
        }
