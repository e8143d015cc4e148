"""Every setting of s3mock: its keyword, the environment variables behind it, what it may be, and its default.

The body of ``Settings`` is the table. A keyword wins over the environment; of several variables the first that is set
wins; an empty variable is not set. The environment is read when a setting is used, so that ``monkeypatch.setenv``
inside a test works, except by the rows marked ``at_start``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType
from typing import Any, Generic, Literal, TypedDict, TypeVar, overload

T = TypeVar("T")

BucketDefaults = Literal["classic", "current"]
RestoreDuration = Literal["instant", "documented"]
VerifySignatures = Literal["presigned", "all", "off"]


class SettingError(ValueError):
    """A setting's value makes no sense: the message names the keyword or variable, the value, and what it should be."""


class Keywords(TypedDict, total=False):
    """The keywords of ``mock_s3``, as a caller may write them; ``Settings`` documents each."""

    account_id: str
    accounts: Mapping[str, str]
    credentials: str | Mapping[str, str | tuple[str, str]] | Iterable[str | tuple[str, ...]]
    verify_signatures: VerifySignatures
    bucket_defaults: BucketDefaults
    allow_crossaccount_access: bool
    upload_part_min_size: int
    restore_duration: RestoreDuration
    replication_time: int
    max_keys: int
    custom_endpoints: str | Iterable[str]
    passthrough: str | Iterable[str]
    allow_services: str | Iterable[str]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One row: read as an attribute of ``Settings``, it is the value that holds now."""

    keyword: str
    variables: tuple[str, ...]
    _: KW_ONLY
    parse: Callable[[Any], T]
    expected: str
    default: T
    doc: str
    at_start: bool = False

    @overload
    def __get__(self, settings: None, owner: type[Settings]) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: type[Settings]) -> T: ...
    def __get__(self, settings: Settings | None, owner: type[Settings]) -> Setting[T] | T:
        """Return the keyword's value, else the environment's, else the default. Raises SettingError."""
        if settings is None:
            return self
        if self.keyword in settings.given:
            value: T = settings.given[self.keyword]
            return value
        return self.from_environment()

    def from_environment(self) -> T:
        """Return what the environment says now, else the default. Raises SettingError."""
        for variable in self.variables:
            text = _environment(variable)
            if text:
                return self.checked(variable, text)
        return self.default

    def checked(self, name: str, value: object) -> T:
        """Return ``value`` parsed. Raises SettingError, which calls the setting ``name``."""
        try:
            return self.parse(value)
        except (ValueError, TypeError, AttributeError):
            raise SettingError(f"{name} is {value!r}, but should be {self.expected}") from None


def _environment(variable: str) -> str | None:
    """Return the value of an environment variable.

    ``os.environ.get`` costs 0.7 us for a variable that is not set (it raises and catches a KeyError), and the default
    account is asked for at every request. A look into the dictionary behind ``os.environ`` costs a fifth of that.
    """
    stored = getattr(os.environ, "_data", None)  # None where a test replaced os.environ by a plain dictionary
    if stored is not None and os.environ.encodekey(variable) not in stored:
        return None
    return os.environ.get(variable)


def _account(value: str) -> str:
    if len(value) != 12 or not (value.isascii() and value.isdigit()):
        raise ValueError
    return value


def _accounts(value: Mapping[str, str]) -> Mapping[str, str]:
    if not all(isinstance(key, str) and key for key in value):
        raise ValueError
    return MappingProxyType({key: _account(account) for key, account in value.items()})


def _credentials(
    value: str | Mapping[str, str | tuple[str, str]] | Iterable[str | tuple[str, ...]],
) -> Mapping[str, tuple[str, str | None]]:
    """Return the secret and, where it is said, the account of each access key."""
    if isinstance(value, Mapping):
        rows: list[tuple[str, ...]] = [(key, *_tuple(said)) for key, said in value.items()]
    else:
        texts = _names(value) if isinstance(value, str) else value
        rows = [tuple(row.split(":")) if isinstance(row, str) else row for row in texts]
    return MappingProxyType(dict(_credential(*row) for row in rows))


def _tuple(said: str | tuple[str, str]) -> tuple[str, ...]:
    return (said,) if isinstance(said, str) else said


def _credential(key: str, secret: str, account: str | None = None) -> tuple[str, tuple[str, str | None]]:
    if not all(isinstance(text, str) and text for text in (key, secret)):
        raise ValueError
    return key, (secret, account if account is None else _account(account))


def _choice(*choices: str) -> Callable[[Any], Any]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    return parse


_SWITCHES = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def _switch(value: bool | str) -> bool:
    if isinstance(value, bool):
        return value
    if value.lower() not in _SWITCHES:
        raise ValueError
    return _SWITCHES[value.lower()]


def _whole(least: int, most: int) -> Callable[[str | int], int]:
    def parse(value: str | int) -> int:
        if not isinstance(value, (str, int)) or isinstance(value, bool):
            raise TypeError
        number = int(value)
        if not least <= number <= most:
            raise ValueError
        return number

    return parse


def _names(value: str | Iterable[str]) -> tuple[str, ...]:
    names = value.split(",") if isinstance(value, str) else value
    return tuple(stripped for name in names if (stripped := name.strip()))


def _endpoints(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(map(_endpoint, _names(value)))


def _endpoint(text: str) -> str:
    scheme, separator, host = text.lower().rpartition("://")
    if (scheme not in ("http", "https") and separator) or not host_of(text):
        raise ValueError
    if any(character in host.removesuffix("/") for character in "/?#@ \t"):
        raise ValueError
    return host_of(text)


def host_of(url: str) -> str:
    """Return the host of an endpoint as a Host header has it: lower case, with its port unless that is the scheme's."""
    scheme, _, rest = url.lower().rpartition("://")
    return rest.partition("/")[0].removesuffix({"http": ":80", "https": ":443"}.get(scheme, ""))


class Settings:
    """The settings of one mock.

    ``Settings(**keywords)`` takes the keywords of the table and reads those that are read at the start. Raises
    TypeError for a keyword that is none, and SettingError for a value that makes no sense.
    """

    __slots__ = ("given", "keywords")

    account_id = Setting(
        "account_id",
        ("S3MOCK_ACCOUNT_ID", "MOTO_ACCOUNT_ID"),
        parse=_account,
        expected="the 12 digits of an account",
        default="123456789012",
        doc="The account of every caller that `accounts` does not name and whose access key is not itself an account.",
    )
    accounts = Setting[Mapping[str, str]](
        "accounts",
        (),
        parse=_accounts,
        expected="a mapping of access keys to accounts of 12 digits",
        default=MappingProxyType({}),
        doc="Which access key belongs to which account.",
    )
    credentials = Setting[Mapping[str, tuple[str, str | None]]](
        "credentials",
        ("S3MOCK_CREDENTIALS",),
        parse=_credentials,
        expected="'KEY:SECRET' or 'KEY:SECRET:ACCOUNT', separated by commas, or a mapping of keys to such values",
        default=MappingProxyType({}),
        at_start=True,
        doc="Access keys whose secrets the mock knows, `KEY:SECRET` or `KEY:SECRET:ACCOUNT`, so that what they sign is "
        "verified. It knows its own and that of `AWS_ACCESS_KEY_ID` anyhow.",
    )
    verify_signatures = Setting[VerifySignatures](
        "verify_signatures",
        ("S3MOCK_VERIFY_SIGNATURES",),
        parse=_choice("presigned", "all", "off"),
        expected="'presigned', 'all' or 'off'",
        default="presigned",
        at_start=True,
        doc="Which signatures are verified: those of `presigned` URLs and of forms, `all` (of headers and chunks, "
        "too), or none (`off`). What a key signs whose secret is not known is taken as it is.",
    )
    bucket_defaults = Setting[BucketDefaults](
        "bucket_defaults",
        ("S3MOCK_BUCKET_DEFAULTS",),
        parse=_choice("classic", "current"),
        expected="'classic' or 'current'",
        default="classic",
        doc="How a new bucket is made: `classic`, as before April 2023 (ACLs work, public access is not blocked), or "
        "`current`, as S3 makes one today.",
    )
    allow_crossaccount_access = Setting(
        "allow_crossaccount_access",
        ("S3MOCK_ALLOW_CROSSACCOUNT_ACCESS", "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"),
        parse=_switch,
        expected="true or false",
        default=True,
        doc="Whether other accounts may do everything in a bucket without a policy; `false` decides as S3 does. Who "
        "does not sign may never do more than S3 allows.",
    )
    upload_part_min_size = Setting(
        "upload_part_min_size",
        ("S3_UPLOAD_PART_MIN_SIZE",),
        parse=_whole(0, 5 << 30),
        expected="a number of bytes from 0 to 5368709120",
        default=5 << 20,
        doc="The least size in bytes of the parts of an upload, but for the last.",
    )
    restore_duration = Setting[RestoreDuration](
        "restore_duration",
        ("S3MOCK_RESTORE_DURATION",),
        parse=_choice("instant", "documented"),
        expected="'instant' or 'documented'",
        default="instant",
        doc="How long the retrieval of an archived object takes: nothing (`instant`), or by the mock's clock what S3 "
        "documents for the tier (`documented`), minutes to two days.",
    )
    replication_time = Setting(
        "replication_time",
        ("S3MOCK_REPLICATION_TIME",),
        parse=_whole(0, 366 * 24 * 60 * 60),
        expected="a number of seconds from 0 to 31622400",
        default=0,
        doc="How many seconds replication takes, by the mock's clock; with 0 it is done before the next request.",
    )
    max_keys = Setting(
        "max_keys",
        ("S3MOCK_MAX_KEYS", "MOTO_S3_DEFAULT_MAX_KEYS"),
        parse=_whole(1, 1000),
        expected="a number from 1 to 1000",
        default=1000,
        doc="The most keys in a page of a listing that does not ask for a number itself.",
    )
    custom_endpoints = Setting[tuple[str, ...]](
        "custom_endpoints",
        ("S3MOCK_CUSTOM_ENDPOINTS", "MOTO_S3_CUSTOM_ENDPOINTS"),
        parse=_endpoints,
        expected="endpoints like 'https://s3.example.com:9000', separated by commas, without a path",
        default=(),
        at_start=True,
        doc="Hosts that are S3's too, besides AWS's: buckets are found below them in either style.",
    )
    passthrough = Setting[tuple[str, ...]](
        "passthrough",
        ("S3MOCK_PASSTHROUGH",),
        parse=_endpoints,
        expected="endpoints like 'http://localhost:9000', separated by commas, without a path",
        default=(),
        doc="Endpoints whose S3 requests are really sent. They need credentials given to the client.",
    )
    allow_services = Setting[tuple[str, ...]](
        "allow_services",
        ("S3MOCK_ALLOW_SERVICES",),
        parse=_names,
        expected="names of services like 'sqs', separated by commas, or '*'",
        default=(),
        doc="Other AWS services that may really be called, as the error that forbids them names them; `*` allows all.",
    )

    def __init__(self, **keywords: Any) -> None:
        self.keywords = checked(keywords)
        at_start = {name: row for name, row in TABLE.items() if row.at_start and name not in keywords}
        self.given = self.keywords | {name: row.from_environment() for name, row in at_start.items()}


TABLE: Mapping[str, Setting[Any]] = MappingProxyType(
    {name: row for name, row in vars(Settings).items() if isinstance(row, Setting)}
)


def checked(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords of ``mock_s3``, parsed. Raises TypeError for an unknown one, SettingError for a bad value."""
    unknown = keywords.keys() - TABLE.keys()
    if unknown:
        raise TypeError(f"mock_s3 has no keyword {', '.join(sorted(unknown))}; it has {', '.join(TABLE)}")
    return {keyword: TABLE[keyword].checked(keyword, value) for keyword, value in keywords.items()}
