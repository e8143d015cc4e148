"""S3 as a WSGI application."""

from __future__ import annotations

import io
from typing import Any, NamedTuple

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from s3mock.server import create_app
from tests.support.raw_requests import SIGNED

ENABLED = b"<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>"


class WsgiResponse(NamedTuple):
    body: bytes
    status: str
    headers: dict[str, str]


def wsgi(app: Any, method: str, path: str, passed_on: dict[str, Any] | None = None, **given: Any) -> WsgiResponse:
    headers = {**SIGNED, **given.pop("headers", {})}
    environ = EnvironBuilder(path, method=method, headers=headers, **given).get_environ()
    # werkzeug passes these on, which WSGI does not require.
    del environ["REQUEST_URI"], environ["RAW_URI"]
    pieces, status, returned = run_wsgi_app(app, environ | (passed_on or {}), buffered=True)
    return WsgiResponse(b"".join(pieces), status, dict(returned))


def test_a_wsgi_server_can_mount_s3() -> None:
    app = create_app()
    assert wsgi(app, "PUT", "/bucket")[1] == "200 OK"
    assert wsgi(app, "PUT", "/bucket/a%20key", data=b"bytes", headers={"x-amz-meta-a": "b"})[1] == "200 OK"
    body, status, headers = wsgi(app, "GET", "/bucket/a%20key")
    assert (body, status, headers["x-amz-meta-a"]) == (b"bytes", "200 OK", "b")
    assert headers["Content-Length"] == "5"
    body, status, headers = wsgi(app, "HEAD", "/bucket/a%20key")
    assert (body, status, headers["Content-Length"]) == (b"", "200 OK", "5")
    assert b"<Key>a key</Key>" in wsgi(app, "GET", "/bucket?list-type=2")[0]
    assert wsgi(app, "DELETE", "/bucket/a%20key")[:2] == (b"", "204 No Content")
    assert wsgi(app, "GET", "/missing/key")[1] == "404 Not Found"


@pytest.mark.parametrize("variable", ["REQUEST_URI", "RAW_URI"])
def test_every_key_works_if_the_wsgi_server_passes_the_raw_target(variable: str) -> None:
    app = create_app()
    wsgi(app, "PUT", "/bucket")
    for key in ("a%2Fb", "a%252Fb", "a//b"):
        passed_on = {variable: f"/bucket/{key}"}
        assert wsgi(app, "PUT", "/bucket/x", data=b"bytes", passed_on=passed_on)[1] == "200 OK"
    listed = wsgi(app, "GET", "/bucket")[0]
    assert all(key in listed for key in (b"<Key>a/b</Key>", b"<Key>a%2Fb</Key>", b"<Key>a//b</Key>"))


def test_a_wsgi_application_mounted_below_a_path_ignores_the_path() -> None:
    app = create_app()
    for passed_on in ({}, {"REQUEST_URI": "/s3/bucket"}):
        assert wsgi(app, "PUT", "/bucket", passed_on={"SCRIPT_NAME": "/s3", **passed_on})[1] == "200 OK"
    assert b"<Name>bucket</Name>" in wsgi(app, "GET", "/")[0]


def test_a_wsgi_body_without_a_length_is_read_to_the_servers_end() -> None:
    app = create_app()
    wsgi(app, "PUT", "/bucket")
    passed_on = {"wsgi.input": io.BytesIO(ENABLED), "CONTENT_LENGTH": "", "wsgi.input_terminated": True}
    assert wsgi(app, "PUT", "/bucket?versioning", passed_on=passed_on)[1] == "200 OK"
    assert b"<Status>Enabled</Status>" in wsgi(app, "GET", "/bucket?versioning")[0]


def test_an_object_needs_a_length() -> None:
    app = create_app()
    wsgi(app, "PUT", "/bucket")
    assert wsgi(app, "PUT", "/bucket/key", passed_on={"CONTENT_LENGTH": ""})[1] == "411 Length Required"


@pytest.mark.parametrize("length", ["-1", "+5", "0x5", "1_0", "9" * 19, "9" * 5000])
def test_an_invalid_length_is_a_bad_request(length: str) -> None:
    response = wsgi(create_app(), "PUT", "/bucket", passed_on={"CONTENT_LENGTH": length})
    assert response.status == "400 Bad Request"
    assert b"<Code>BadRequest</Code>" in response.body


def test_a_wsgi_application_has_the_control_object() -> None:
    app = create_app(account_id="111111111111")
    assert app.s3.settings.account_id == "111111111111"
    wsgi(app, "PUT", "/bucket")
    assert not app.s3.cloud.is_empty()
    app.s3.reset()
    assert wsgi(app, "GET", "/bucket")[1] == "404 Not Found"
    assert app.s3.client(endpoint_url="http://localhost:5000").meta.endpoint_url == "http://localhost:5000"
    with pytest.raises(RuntimeError, match="give client\\(\\) an endpoint_url"):
        app.s3.client()
