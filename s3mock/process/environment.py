"""The process's credentials, region, profile and default session: set aside while a mock is active, then put back.

Other processes inherit the environment, with the endpoint of a shared mock, or one that leads nowhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from s3mock.process import beside_moto
from s3mock.process.credentials import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, is_real
from s3mock.process.real_calls import is_aws
from s3mock.settings import Settings, host_of

DEFAULT_REGION = "us-east-1"

ENDPOINT = "AWS_ENDPOINT_URL_S3"
"""The variable in which AWS's SDKs and command line, and Rust's object_store, find the endpoint of S3.

https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
"""

NOT_SHARED = "https://mock-s3-answers-only-in-its-own-process.use-mock-s3-share-true.invalid"
"""The endpoint that other processes inherit from a mock that is not shared.

No name in ``invalid`` resolves (RFC 6761 6.4), and the errors of clients quote it. In the mock's own process it is
S3's, for code that gives the variable's value to a client.
"""

_TOKENS = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_REGIONS = ("AWS_DEFAULT_REGION", "AWS_REGION")
_OF_AWS = (ENDPOINT, *_KEYS, *_TOKENS, *_PROFILES, *_REGIONS)


class Environment:
    """The values that one mock has set aside: environment variables, and boto3's default session."""

    __slots__ = ("_before", "_ours", "_session", "_with_moto")

    def __init__(self, settings: Settings) -> None:
        """Set everything aside. The access keys of the settings stay although they look real."""
        self._before: dict[str, str | None] = {}
        self._ours: dict[str, set[str | None]] = {}
        for variable, value in _replacements({*settings.accounts, *settings.credentials}):
            self._put(variable, value)
        if not _leaves(settings):
            self._put(ENDPOINT, NOT_SHARED)
        self._session: Any = boto3.DEFAULT_SESSION
        self._with_moto = beside_moto.is_active()
        boto3.DEFAULT_SESSION = None

    def share(self, url: str) -> Callable[[], None]:
        """Let other processes find the server at ``url``. Returns the function that ends this."""
        values = {ENDPOINT: url, "AWS_ALLOW_HTTP": "true"} | _past_proxies()  # Rust's object_store needs the second
        before = {variable: os.environ.get(variable) for variable in values}
        for variable, value in values.items():
            self._put(variable, value)

        def end() -> None:
            for variable, value in values.items():
                if os.environ.get(variable) == value:
                    _set(variable, before[variable])

        return end

    def configured(self, environ: Mapping[str, str]) -> Mapping[str, str]:
        """An environment as it was configured: without the endpoint that other processes shall find there."""
        if environ.get(ENDPOINT) not in self._ours.get(ENDPOINT, ()):
            return environ
        before = self._before[ENDPOINT]
        rest = {variable: value for variable, value in environ.items() if variable != ENDPOINT}
        return rest if before is None else rest | {ENDPOINT: before}

    def current(self) -> dict[str, str | None]:
        """The variables that a mock sets, with their values now; None for one that is not there."""
        return {variable: os.environ.get(variable) for variable in {*_OF_AWS, *self._before}}

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Without what was set aside, for a moment: for a process that will live longer than the mock."""
        current = {variable: os.environ.get(variable) for variable in self._before}
        self._put_variables_back()
        try:
            yield
        finally:
            for variable, value in current.items():
                _set(variable, value)

    def restore(self) -> None:
        """Put everything back: each variable if it still has a value of ours, and the session unless moto did so."""
        with_moto = beside_moto.is_active()
        if self._with_moto and not with_moto:
            self._put_back(boto3.DEFAULT_SESSION)  # moto has put back the session from before both
        elif with_moto and not self._with_moto:
            # moto started later: it has saved the values that we had set, and puts those back when it stops.
            self._put_back(None)
            beside_moto.when_stopped(lambda: self._put_back(self._session))
        else:
            self._put_back(self._session)

    def _put(self, variable: str, value: str | None) -> None:
        before = os.environ.get(variable)
        if value != before:
            self._before.setdefault(variable, before)
            self._ours.setdefault(variable, set()).add(value)
            _set(variable, value)

    def _put_back(self, session: Any) -> None:
        self._put_variables_back()
        boto3.DEFAULT_SESSION = session

    def _put_variables_back(self) -> None:
        for variable, before in self._before.items():
            if os.environ.get(variable) in self._ours[variable]:
                _set(variable, before)


def _past_proxies() -> dict[str, str]:
    """The variables that keep requests to the loopback address from a proxy; none where there is no proxy."""
    if not any(name.lower() in ("http_proxy", "https_proxy", "all_proxy") and os.environ[name] for name in os.environ):
        return {}
    hosts = os.environ.get("no_proxy") or os.environ.get("NO_PROXY")
    return dict.fromkeys(("no_proxy", "NO_PROXY"), f"{hosts},127.0.0.1" if hosts else "127.0.0.1")


def _leaves(settings: Settings) -> bool:
    """Whether ``passthrough`` lets S3 clients without an ``endpoint_url`` really call S3, at AWS or elsewhere."""
    url = os.environ.get(ENDPOINT) or os.environ.get("AWS_ENDPOINT_URL")
    return any(is_aws(host) or (url and host_of(url) == host) for host in settings.passthrough)


def _set(variable: str, value: str | None) -> None:
    if value is None:
        os.environ.pop(variable, None)
    else:
        os.environ[variable] = value


def _replacements(known: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the environment variables that a mock sets, with their values; None removes one."""
    profile = _profile()
    if profile is None:
        yield from ((variable, None) for variable in _PROFILES)
        profile = {}
    key = os.environ.get("AWS_ACCESS_KEY_ID")
    if _stays(key, known):
        if not os.environ.get("AWS_SECRET_ACCESS_KEY"):  # botocore refuses a key without a secret
            yield "AWS_SECRET_ACCESS_KEY", SECRET_KEY
    elif key or not _stays(profile.get("aws_access_key_id"), known):
        yield "AWS_ACCESS_KEY_ID", ACCESS_KEY
        yield "AWS_SECRET_ACCESS_KEY", SECRET_KEY
        yield from ((variable, SESSION_TOKEN) for variable in _TOKENS if os.environ.get(variable))
    region = os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION")
    if region or not profile.get("region"):  # boto3 reads the first variable only, other libraries read either
        yield "AWS_DEFAULT_REGION", region or DEFAULT_REGION
        yield "AWS_REGION", os.environ.get("AWS_REGION") or region or DEFAULT_REGION


def _stays(access_key: str | None, known: Collection[str]) -> bool:
    return bool(access_key) and (access_key in known or not is_real(str(access_key)))


def _profile() -> Mapping[str, Any] | None:
    """The settings in ~/.aws of the current profile; None if the environment names one that does not exist."""
    files = (
        os.environ.get("AWS_CONFIG_FILE", "~/.aws/config"),
        os.environ.get("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
    )
    chosen = any(os.environ.get(variable) for variable in _PROFILES)
    if not chosen and not any(Path(file).expanduser().exists() for file in files):
        return {}  # without making a botocore session, which takes some tenths of a millisecond
    try:
        # The handlers of a session's events would take 5 ms, and there are none.
        profile: Mapping[str, Any] = Session(include_builtin_handlers=False).get_scoped_config()
    except BotoCoreError:
        return None
    return profile


def forget_file_systems() -> None:
    """Make s3fs forget the file systems that it keeps, with their clients and listings: they are of another S3."""
    if "s3fs" in sys.modules:
        sys.modules["s3fs"].S3FileSystem.clear_instance_cache()
