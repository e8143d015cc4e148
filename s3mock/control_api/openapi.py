"""The control API as an OpenAPI document.

https://spec.openapis.org/oas/v3.1.0
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.control_api.route import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterable

    from s3mock.control_api.route import Route
    from s3mock.control_api.schema import Schema

ERROR: Schema = {
    "type": "object",
    "properties": {
        "code": {
            "type": "string",
            "description": "S3's, or InvalidInput, Forbidden, UnknownPath, WrongMethod, Unavailable",
        },
        "message": {"type": "string", "description": "what to do"},
        "field": {"type": ["string", "null"], "description": "the parameter that is wrong"},
        "paths": {"type": "array", "items": {"type": "string"}, "description": "where the path is unknown: all paths"},
    },
    "required": ["code", "message", "field"],
    "additionalProperties": False,
}


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of some routes."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(PREFIX + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "s3mock", "version": "1", "description": "Look into s3mock's server, and control it."},
        "paths": paths,
        "components": {"schemas": {"Error": ERROR}},
    }


def _operation(route: Route) -> dict[str, Any]:
    media, schema = ("text/html", {"type": "string"}) if route.result is None else ("application/json", route.result)
    error = {
        "description": "An error",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    words = route.path.strip("/").replace(".", "/").replace("-", "/").split("/")
    operation: dict[str, Any] = {
        "operationId": "_".join(filter(None, (route.method.lower(), *words))),
        "summary": route.summary,
        "responses": {"200": {"description": "Done", "content": {media: {"schema": schema}}}, "default": error},
    }
    if route.is_read_from_query:
        operation["parameters"] = [
            {"name": name, "in": "query", "required": name in route.required, "schema": row}
            for name, row in route.parameters.items()
        ]
    elif route.parameters:
        operation["requestBody"] = {
            "required": bool(route.required),
            "content": {"application/json": {"schema": route.schema}},
        }
    return operation
