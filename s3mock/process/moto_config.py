"""The ``config`` of moto's ``mock_aws``, for a suite that comes from there: what it means for S3."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from s3mock.settings import SettingError, Settings


def settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that a ``config`` stands for. Raises SettingError for what means nothing here, with what does."""
    meant: dict[str, Any] = {}
    for section, values in config.items():
        if section != "core":
            raise SettingError(
                f"config[{section!r}] is not about S3: give it to moto's mock_aws, which may be active too"
            )
        for name, value in values.items():
            if name not in _CORE:
                raise SettingError(f"config['core'][{name!r}] is unknown; known are {', '.join(_CORE)}")
            meant |= _CORE[name](value)
    return meant


def _passthrough(value: Mapping[str, Any]) -> dict[str, Any]:
    meant: dict[str, Any] = {}
    for name, given in value.items():
        if name == "urls":
            meant["passthrough"] = tuple(map(_endpoint, given))
        elif name == "services" and "s3" not in given:
            meant["allow_services"] = tuple(given)
        elif name == "services":
            raise SettingError(
                "config['core']['passthrough']['services'] has 's3', which mock_s3 is there to answer: give the "
                "endpoints that are really called, passthrough=['https://s3.eu-west-1.amazonaws.com']"
            )
        else:
            raise SettingError(f"config['core']['passthrough'][{name!r}] is unknown; known are urls, services")
    return {name: given for name, given in meant.items() if given}


def _endpoint(url: str) -> str:
    """The endpoint that a regular expression of moto's stands for, if it is one with dots and an open end."""
    plain = re.sub(r"/?(\.\*)?\$?$", "", url.removeprefix("^")).replace("\\.", ".").replace("\\-", "-")
    try:
        [endpoint] = Settings.passthrough.parse([plain])
        if re.fullmatch(r"[a-z0-9.:-]+", endpoint):
            return plain
    except ValueError:
        pass
    raise SettingError(
        f"config['core']['passthrough']['urls'] has {url!r}, but only whole endpoints can be passed through: "
        "passthrough=['http://localhost:9000']"
    )


def _only(accepted: Callable[[Any], bool], instead: str) -> Callable[[Any], dict[str, Any]]:
    """A setting of moto's that has one meaning here; any other value is refused with what to do ``instead``."""

    def read(value: Any) -> dict[str, Any]:
        if not accepted(value):
            raise SettingError(instead)
        return {}

    return read


_CORE: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "passthrough": _passthrough,
    "mock_credentials": _only(
        bool,
        "config['core']['mock_credentials'] is false, but mock_s3 always sets real credentials aside: list the "
        "keys that stay in credentials=",
    ),
    "reset_boto3_session": _only(
        bool, "config['core']['reset_boto3_session'] is false, but mock_s3 always sets boto3's default session aside"
    ),
    "service_whitelist": _only(
        lambda value: value is None or "s3" in value,
        "config['core']['service_whitelist'] lacks 's3', which is all that mock_s3 answers",
    ),
}
