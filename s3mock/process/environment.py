"""The process's credentials, region, profile and default session: set aside while a mock is active, then put back."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError
from botocore.session import Session

from s3mock.process import beside_moto
from s3mock.process.credentials import ACCESS_KEY, SECRET_KEY, SESSION_TOKEN, is_real

DEFAULT_REGION = "us-east-1"

_TOKENS = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")


class Environment:
    """The values that one mock has set aside: environment variables, before and now, and boto3's default session."""

    __slots__ = ("_changed", "_session", "_with_moto")

    def __init__(self, known: Collection[str]) -> None:
        """Set everything aside. ``known`` are access keys that stay although they look real."""
        self._changed: dict[str, tuple[str | None, str | None]] = {}
        for variable, value in _replacements(known):
            before = os.environ.get(variable)
            if value != before:
                self._changed[variable] = (before, value)
                _set(variable, value)
        self._session: Any = boto3.DEFAULT_SESSION
        self._with_moto = beside_moto.is_active()
        boto3.DEFAULT_SESSION = None

    def restore(self) -> None:
        """Put everything back: each variable if it still has our value, and the session unless moto did so."""
        with_moto = beside_moto.is_active()
        if self._with_moto and not with_moto:
            self._put_back(boto3.DEFAULT_SESSION)  # moto has put back the session from before both
        elif with_moto and not self._with_moto:
            # moto started later: it has saved the values that we had set, and puts those back when it stops.
            self._put_back(None)
            beside_moto.when_stopped(lambda: self._put_back(self._session))
        else:
            self._put_back(self._session)

    def _put_back(self, session: Any) -> None:
        for variable, (before, now) in self._changed.items():
            if os.environ.get(variable) == now:
                _set(variable, before)
        boto3.DEFAULT_SESSION = session


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
        return {}  # without making a botocore session, which takes milliseconds
    try:
        profile: Mapping[str, Any] = Session().get_scoped_config()
    except BotoCoreError:
        return None
    return profile


def forget_file_systems() -> None:
    """Make s3fs forget the file systems that it keeps, with their clients and listings: they are of another S3."""
    if "s3fs" in sys.modules:
        sys.modules["s3fs"].S3FileSystem.clear_instance_cache()
