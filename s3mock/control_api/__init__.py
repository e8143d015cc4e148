"""The control API of a server, below ``/_s3mock/``: JSON in, JSON out, and one web page.

``routes.py`` is the table of what there is; this module answers requests by it. It is imported with the first of them.
"""

from __future__ import annotations

import ipaddress
import json
import re
import sys
import traceback
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from opcode import opmap
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from s3mock.control_api import schema
from s3mock.control_api.route import PREFIX, Route
from s3mock.control_api.routes import ROUTES
from s3mock.control_api.schema import InvalidInputError
from s3mock.errors import S3Error
from s3mock.http import Response
from s3mock.transports import remote

if TYPE_CHECKING:
    from s3mock.control import S3
    from s3mock.http import Request

MOST_BYTES = 1 << 20
"""The most bytes of a body."""

_ROUTES: Mapping[str, dict[str, Route]] = {
    PREFIX + route.path: {other.method: other for other in ROUTES if other.path == route.path} for route in ROUTES
}
_OPEN = frozenset({f"{PREFIX}/health"})
"""Paths that a load balancer asks for at any name; their answers tell nothing."""
_RAISE = opmap["RAISE_VARARGS"]
_READING = frozenset({"GET", "HEAD"})
_INLINE = re.compile(rb"<(script|style)>(.*?)</\1>", re.DOTALL)

# Names that no other site can have: those of this machine and of private networks (RFC 6761, RFC 6762, and ICANN for
# .internal), and names without a dot, such as a container's.
_PRIVATE = re.compile(r"[a-z0-9_-]+|.+\.(?:localhost|local|internal|test)", re.IGNORECASE)
_PORT = re.compile(r":\d+$")

_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def answer(s3: S3, request: Request, host: str = "") -> Response:
    """The response to a request for a path below ``/_s3mock``. ``host`` is the name that the server listens on."""
    try:
        response = _answer(s3, request, host)
    except InvalidInputError as error:
        response = _refuse(400, "InvalidInput", error.message, error.field)
    except S3Error as error:
        response = _refuse(error.status, error.code, error.message)
    except Exception:  # noqa: BLE001 - a bug of ours: the client must get a response
        traceback.print_exc(file=sys.stderr)
        response = _refuse(500, "InternalError", "This is a bug of s3mock; its traceback is on the server's stderr.")
    response.headers |= _HEADERS
    if request.method == "HEAD":
        response.headers.setdefault("Content-Length", str(len(_bytes(response))))
        response.body = b""
    return response


def _answer(s3: S3, request: Request, host: str) -> Response:
    refusal = _refusal(request, {host, *s3.cloud.custom_endpoints})
    if refusal is not None and request.path not in _OPEN:
        return _refuse(403, "Forbidden", refusal)
    if request.path == PREFIX:
        return Response(308, {"Location": f"{PREFIX[1:]}/"})
    methods = _ROUTES.get(request.path)
    if methods is None:
        message = f"There is nothing at this path; {PREFIX}/openapi.json describes what there is."
        return _refuse(404, "UnknownPath", message, paths=sorted(_ROUTES))
    route = methods.get("GET" if request.method == "HEAD" else request.method)
    if route is None:
        allowed = [*methods, "HEAD"] if "GET" in methods else [*methods]
        response = _refuse(405, "WrongMethod", f"Here the methods are {', '.join(allowed)}.")
        response.headers["Allow"] = ", ".join(allowed)
        return response
    parameters = _parameters(route, request)
    try:
        result = route.function(s3, **parameters)
    except (ValueError, TypeError) as error:  # how the control object refuses an argument
        if not _is_refusal(error):
            raise
        return _refuse(400, "InvalidInput", str(error))
    except RuntimeError as error:  # how it says that a setting has turned something off
        if not _is_refusal(error):
            raise
        return _refuse(409, "Unavailable", str(error))
    if isinstance(result, bytes):
        return _page(result)
    return Response(200, {"Content-Type": "application/json"}, _json(result))


def _is_refusal(error: Exception) -> bool:
    """Whether a ``raise`` of s3mock's made the error. What Python itself raises, as for ``None + 1``, is a bug."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    assert trace is not None  # noqa: S101 - it was raised
    frame = trace.tb_frame
    return frame.f_globals["__name__"].startswith("s3mock.") and frame.f_code.co_code[trace.tb_lasti] == _RAISE


def _parameters(route: Route, request: Request) -> dict[str, Any]:
    """The parameters of a request by their names. Raises InvalidInputError."""
    body = request.body.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise InvalidInputError(None, f"the body has more than {MOST_BYTES} bytes")
    query = _unique([_field(field) for field in request.query.split("&") if field])
    if route.is_read_from_query:
        if body:
            raise InvalidInputError(None, f"a {route.method} has no body here: its parameters are in the query")
        given = {
            name: schema.from_text(text, route.parameters.get(name, {"type": "string"})) for name, text in query.items()
        }
    elif query:
        name = next(iter(query))
        raise InvalidInputError(name, f"{name} is in the query, but a {route.method} takes JSON in the body")
    else:
        try:
            given = json.loads(body or b"{}", object_pairs_hook=_unique, parse_constant=_no_constant)
            json.dumps(given, ensure_ascii=False).encode()  # an error for a lone surrogate, which json.loads lets in
        except (ValueError, RecursionError):
            raise InvalidInputError(None, "the body has to be a JSON object in UTF-8") from None
    schema.check(given, route.schema)
    return given


def _field(field: str) -> tuple[str, str]:
    name, _, value = field.partition("=")
    try:
        return unquote_plus(name, errors="strict"), unquote_plus(value, errors="strict")
    except UnicodeDecodeError:
        raise InvalidInputError(name, f"{name} is not UTF-8") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The pairs as a dictionary. Raises InvalidInputError for a name that is there twice."""
    unique: dict[str, Any] = {}
    for name, value in pairs:
        if name in unique:
            raise InvalidInputError(name, f"{name} is given twice")
        unique[name] = value
    return unique


def _no_constant(name: str) -> None:
    raise ValueError(f"JSON does not have {name}")


def _refusal(request: Request, ours: set[str]) -> str | None:
    """Why a request may be that of another site's web page; None if it cannot be.

    A page of another site cannot read the answer to a GET, since no CORS header allows it to, unless its site's name
    resolves to this server (DNS rebinding): so the Host has to be a name that cannot be another site's, or one of
    ``ours``, which are hosts or URLs.
    """
    name = _name(request.host)
    if not (name in map(_name, ours) or _PRIVATE.fullmatch(name) or _is_address(name)):
        return (
            f"The Host {name!r} could be another site's: use the server's address, localhost, a private name, "
            f"or the setting custom_endpoints (S3MOCK_CUSTOM_ENDPOINTS)."
        )
    if request.method in _READING or remote.is_ours(request):
        return None
    if (request.headers.get("origin") or "").partition("://")[2] == request.host:
        return None
    return "Only pages of this server and of this machine may change it, not those of other sites."


def _name(host: str) -> str:
    """The name in a host or URL, in lower case and without its port."""
    return _PORT.sub("", host.rpartition("://")[2].partition("/")[0]).lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _page(html: bytes) -> Response:
    """The web page, which may run only its own script and connect only to this server."""
    hashes = {name: b64encode(sha256(text).digest()).decode() for name, text in _INLINE.findall(html)}
    rules = (
        "default-src 'none'",
        f"script-src 'sha256-{hashes[b'script']}'",
        f"style-src 'sha256-{hashes[b'style']}'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    )
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "; ".join(rules),
        "Referrer-Policy": "no-referrer",
    }
    return Response(200, headers, html)


def _refuse(status: int, code: str, message: str, field: str | None = None, **more: Any) -> Response:
    document = {"code": code, "message": message, "field": field, **more}
    return Response(status, {"Content-Type": "application/json"}, _json(document))


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    """What JSON has for another value: an object for a mapping, otherwise a text."""
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _bytes(response: Response) -> bytes:
    return response.body if isinstance(response.body, bytes) else b""
