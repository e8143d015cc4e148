"""Every setting of s3mock: its keyword, its environment variables, its valid values, and its default.

The body of ``Settings`` is the table. A keyword wins over the environment; of several variables the first that is set
wins; an empty variable counts as not set. The environment is read when a setting is used, so that
``monkeypatch.setenv`` works inside a test, except for the rows marked ``at_start``.
"""

from __future__ import annotations

import calendar
import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import KW_ONLY, field
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeAlias, TypedDict, TypeVar, overload

from s3mock.clock import Clock
from s3mock.dataclass import dataclass

T = TypeVar("T")

BucketDefaults: TypeAlias = "str | date"
"""``classic``, ``current``, or a date; as a text, an ISO year, month or day."""
RestoreDuration = Literal["instant", "documented"]
VerifySignatures = Literal["presigned", "all", "off"]


class SettingError(ValueError):
    """A setting has an invalid value. The message names the keyword or variable, the value, and what is valid."""


class Keywords(TypedDict, total=False):
    """The keywords of ``mock_s3`` with the types that a caller may pass; ``Settings`` documents each."""

    account_id: str
    accounts: Mapping[str, str]
    credentials: str | Mapping[str, str | tuple[str, str]] | Iterable[str | tuple[str, ...]]
    verify_signatures: VerifySignatures
    bucket_defaults: BucketDefaults
    allow_crossaccount_access: bool
    restore_duration: RestoreDuration
    replication_time: int
    max_keys: int
    page_max_size: int
    delete_max_keys: int
    key_max_length: int
    metadata_max_size: int
    put_max_size: int
    upload_part_min_size: int
    upload_max_parts: int
    account_max_buckets: int
    journal: int
    seed: int
    custom_endpoints: str | Iterable[str]
    passthrough: str | Iterable[str]
    allow_services: str | Iterable[str]


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One row of the table. As an attribute of ``Settings`` it is the current value.

    ``stored`` are the names of the variables as the dictionary inside ``os.environ`` has them.
    """

    keyword: str
    variables: tuple[str, ...]
    _: KW_ONLY
    parse: Callable[[Any], T]
    expected: str
    default: T
    doc: str
    at_start: bool = False
    stored: tuple[Any, ...] = field(init=False)

    def __post_init__(self) -> None:
        encode = os.fsencode if os.supports_bytes_environ else str  # Windows has text, in upper case
        object.__setattr__(self, "stored", tuple(map(encode, self.variables)))

    @overload
    def __get__(self, settings: None, owner: type[Settings]) -> Setting[T]: ...
    @overload
    def __get__(self, settings: Settings, owner: type[Settings]) -> T: ...
    def __get__(self, settings: Settings | None, owner: type[Settings]) -> Setting[T] | T:
        """The keyword's value, otherwise the environment's, otherwise the default. Raises SettingError."""
        if settings is None:
            return self
        if self.keyword in settings.given:
            value: T = settings.given[self.keyword]
            return value
        # os.environ.get costs 0.7 us for a variable that is not set (it raises and catches a KeyError), and every
        # request reads two settings. One look into the dictionary inside os.environ costs a tenth of that. There is
        # none if a test has replaced os.environ by a plain dictionary.
        stored = getattr(os.environ, "_data", None)
        if stored is not None and stored.keys().isdisjoint(self.stored):
            return self.default
        return self.from_environment()

    def from_environment(self) -> T:
        """The environment's current value, otherwise the default. Raises SettingError."""
        variable = self.variable()
        return self.default if variable is None else self.checked(variable, os.environ[variable])

    def variable(self) -> str | None:
        """The variable that has a value now, the first one of several; None if none has."""
        return next((variable for variable in self.variables if os.environ.get(variable)), None)

    def checked(self, name: str, value: object) -> T:
        """``value`` parsed. Raises SettingError, which names the setting ``name``."""
        try:
            return self.parse(value)
        except (ValueError, TypeError, AttributeError):
            raise SettingError(f"{name} is {value!r}, but should be {self.expected}") from None


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
    """The secret of each access key, and its account where one is given."""
    if isinstance(value, Mapping):
        rows: list[tuple[Any, ...]] = [
            (key, row) if isinstance(row, str) else (key, *row) for key, row in value.items()
        ]
    else:
        texts = _names(value) if isinstance(value, str) else value
        rows = [tuple(row.split(":")) if isinstance(row, str) else row for row in texts]
    credentials: dict[str, tuple[str, str | None]] = {}
    for key, secret, *accounts in rows:
        if not all(isinstance(text, str) and text for text in (key, secret)) or len(accounts) > 1:
            raise ValueError
        account = accounts[0] if accounts else None
        credentials[key] = (secret, account if account is None else _account(account))
    return MappingProxyType(credentials)


def _choice(*choices: str) -> Callable[[Any], Any]:
    def parse(value: str) -> str:
        if value not in choices:
            raise ValueError
        return value

    return parse


def _latest_day() -> date:
    """The date where the day begins first, 14 hours ahead of UTC, so that a caller's own today is never after it."""
    return (Clock().now() + timedelta(hours=14)).date()


_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_LOADED = _latest_day()


def _bucket_defaults(value: str | date) -> str | date:
    """``classic``, ``current``, or a date: of a year or month the last day, or today while it lasts."""
    if value in ("classic", "current"):
        return value
    match = _PERIOD.fullmatch(value.isoformat()[:10] if isinstance(value, date) else value)
    if match is None:
        raise ValueError
    year, month, day = match.groups()
    first = date(int(year), int(month or 1), int(day or 1))
    last_month = first.month if month else 12
    last = first if day else date(first.year, last_month, calendar.monthrange(first.year, last_month)[1])
    # A test may freeze or set back the clock and still want newer buckets, so the real date when this module was loaded
    # counts as well.
    today = max(_LOADED, _latest_day())
    if first.year < 2006 or first > today:
        raise ValueError
    return min(last, today)


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
    hosts = []
    for text in _names(value):
        scheme, separator, rest = text.lower().rpartition("://")
        host = host_of(text)
        if (separator and scheme not in ("http", "https")) or not host:
            raise ValueError
        if any(character in rest.removesuffix("/") for character in "/?#@ \t"):
            raise ValueError
        hosts.append(host)
    return tuple(hosts)


def host_of(url: str) -> str:
    """The host of an endpoint as in a Host header: lower case, with the port unless it is the scheme's default."""
    scheme, _, rest = url.lower().rpartition("://")
    return rest.partition("/")[0].removesuffix({"http": ":80", "https": ":443"}.get(scheme, ""))


class Settings:
    """The settings of one mock.

    ``Settings(**keywords)`` takes the keywords of the table, and reads the environment for the rows marked
    ``at_start``. Raises TypeError for an unknown keyword, and SettingError for an invalid value.
    """

    __slots__ = ("_variables", "given", "keywords")

    account_id = Setting(
        "account_id",
        ("S3MOCK_ACCOUNT_ID", "MOTO_ACCOUNT_ID"),
        parse=_account,
        expected="the 12 digits of an account",
        default="123456789012",
        doc="The account of callers whose access key is neither an account id nor listed in `accounts`.",
    )
    accounts = Setting[Mapping[str, str]](
        "accounts",
        (),
        parse=_accounts,
        expected="a mapping of access keys to accounts of 12 digits",
        default=MappingProxyType({}),
        doc='The account of each access key, like `{"AKIABOB": "111122223333"}`.',
    )
    credentials = Setting[Mapping[str, tuple[str, str | None]]](
        "credentials",
        ("S3MOCK_CREDENTIALS",),
        parse=_credentials,
        expected="'KEY:SECRET' or 'KEY:SECRET:ACCOUNT', separated by commas, or a mapping of keys to such values",
        default=MappingProxyType({}),
        at_start=True,
        doc="Access keys with their secrets, `KEY:SECRET` or `KEY:SECRET:ACCOUNT`, so that their signatures can be "
        "verified. The mock always knows its own key and that of `AWS_ACCESS_KEY_ID`.",
    )
    verify_signatures = Setting[VerifySignatures](
        "verify_signatures",
        ("S3MOCK_VERIFY_SIGNATURES",),
        parse=_choice("presigned", "all", "off"),
        expected="'presigned', 'all' or 'off'",
        default="presigned",
        at_start=True,
        doc="The signatures that are verified: those of `presigned` URLs and forms, `all` (also those of headers and "
        "chunks), or none (`off`). Signatures of a key whose secret is not known are accepted, but with `all` and "
        "`credentials` a key that is not listed anywhere is `InvalidAccessKeyId`.",
    )
    bucket_defaults = Setting[BucketDefaults](
        "bucket_defaults",
        ("S3MOCK_BUCKET_DEFAULTS",),
        parse=_bucket_defaults,
        expected="'classic', 'current', or a date from 2006 to today like '2024', '2023-04' or '2026-04-06'",
        default="classic",
        doc="The configuration of a new bucket: `classic`, as before April 2023 (ACLs work, public access is not "
        "blocked), `current`, as in S3 today, or as S3 created it at a date: a year, month or day like `2024`, "
        "`2023-04` or `2026-04-06`. A year or month means its last day.",
    )
    allow_crossaccount_access = Setting(
        "allow_crossaccount_access",
        ("S3MOCK_ALLOW_CROSSACCOUNT_ACCESS", "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS"),
        parse=_switch,
        expected="true or false",
        default=True,
        doc="Whether other accounts may do everything in a bucket without a policy; `false` decides as S3 does. "
        "Unsigned requests get only public access in either case.",
    )
    restore_duration = Setting[RestoreDuration](
        "restore_duration",
        ("S3MOCK_RESTORE_DURATION",),
        parse=_choice("instant", "documented"),
        expected="'instant' or 'documented'",
        default="instant",
        doc="How long the retrieval of an archived object takes: no time (`instant`), or by the mock's clock what S3 "
        "documents for the tier (`documented`), minutes to two days.",
    )
    replication_time = Setting(
        "replication_time",
        ("S3MOCK_REPLICATION_TIME",),
        parse=_whole(0, 366 * 24 * 60 * 60),
        expected="a number of seconds from 0 to 31622400",
        default=0,
        doc="The seconds that replication takes, by the mock's clock; with 0 it is done before the next request.",
    )
    max_keys = Setting(
        "max_keys",
        ("S3MOCK_MAX_KEYS", "MOTO_S3_DEFAULT_MAX_KEYS"),
        parse=_whole(1, 1000),
        expected="a number from 1 to 1000",
        default=1000,
        doc="The maximum number of keys in a page of a listing whose request does not give one.",
    )
    page_max_size = Setting[int | None](
        "page_max_size",
        ("S3MOCK_PAGE_MAX_SIZE",),
        parse=_whole(1, 1000),
        expected="a number from 1 to 1000",
        default=None,
        doc="The maximum number of entries in a page of any listing, whatever the request asks for: keys, versions, "
        "uploads, parts, annotations, buckets, configurations. Without it, S3's: 1,000 of most.",
    )
    delete_max_keys = Setting(
        "delete_max_keys",
        ("S3MOCK_DELETE_MAX_KEYS",),
        parse=_whole(1, 1000),
        expected="a number from 1 to 1000",
        default=1000,
        doc="The maximum number of keys of one DeleteObjects.",
    )
    key_max_length = Setting(
        "key_max_length",
        ("S3MOCK_KEY_MAX_LENGTH",),
        parse=_whole(1, 1024),
        expected="a number of bytes from 1 to 1024",
        default=1024,
        doc="The maximum length of a key, in bytes of UTF-8.",
    )
    metadata_max_size = Setting(
        "metadata_max_size",
        ("S3MOCK_METADATA_MAX_SIZE",),
        parse=_whole(0, 2048),
        expected="a number of bytes from 0 to 2048",
        default=2048,
        doc="The maximum size of an object's user metadata: the bytes of all names and values.",
    )
    put_max_size = Setting(
        "put_max_size",
        ("S3MOCK_PUT_MAX_SIZE",),
        parse=_whole(0, 5 << 30),
        expected="a number of bytes from 0 to 5368709120",
        default=5 << 30,
        doc="The maximum size in bytes of what one request stores: a PutObject, a form's file, a part, a copy.",
    )
    upload_part_min_size = Setting(
        "upload_part_min_size",
        ("S3_UPLOAD_PART_MIN_SIZE",),
        parse=_whole(0, 5 << 30),
        expected="a number of bytes from 0 to 5368709120",
        default=5 << 20,
        doc="The minimum size in bytes of the parts of an upload, except the last.",
    )
    upload_max_parts = Setting(
        "upload_max_parts",
        ("S3MOCK_UPLOAD_MAX_PARTS",),
        parse=_whole(1, 10_000),
        expected="a number from 1 to 10000",
        default=10_000,
        doc="The maximum number of parts of an upload, and the largest part number.",
    )
    account_max_buckets = Setting(
        "account_max_buckets",
        ("S3MOCK_ACCOUNT_MAX_BUCKETS",),
        parse=_whole(1, 1_000_000),
        expected="a number from 1 to 1000000",
        default=10_000,
        doc="The maximum number of general purpose buckets of an account: the quota that AWS raises on request.",
    )
    journal = Setting(
        "journal",
        ("S3MOCK_JOURNAL",),
        parse=_whole(0, 1_000_000),
        expected="a number from 0 to 1000000",
        default=10_000,
        at_start=True,
        doc="The number of requests that `s3.requests` keeps, the last ones; 0 keeps none.",
    )
    seed = Setting[int | None](
        "seed",
        ("S3MOCK_SEED",),
        parse=_whole(0, (1 << 63) - 1),
        expected="a number from 0 to 9223372036854775807",
        default=None,
        at_start=True,
        doc="Makes all that S3 generates repeatable: version ids, upload ids, request ids, ETags of encrypted objects. "
        "The clock begins at 2026-01-01 (UTC) and stands still until it is moved.",
    )
    custom_endpoints = Setting[tuple[str, ...]](
        "custom_endpoints",
        ("S3MOCK_CUSTOM_ENDPOINTS", "MOTO_S3_CUSTOM_ENDPOINTS"),
        parse=_endpoints,
        expected="endpoints like 'https://s3.example.com:9000', separated by commas, without a path",
        default=(),
        at_start=True,
        doc="Hosts that are S3's in addition to AWS's, with buckets in the path or as subdomains.",
    )
    passthrough = Setting[tuple[str, ...]](
        "passthrough",
        ("S3MOCK_PASSTHROUGH",),
        parse=_endpoints,
        expected="endpoints like 'http://localhost:9000', separated by commas, without a path",
        default=(),
        doc="Endpoints to which S3 requests are really sent. Their clients need credentials of their own.",
    )
    allow_services = Setting[tuple[str, ...]](
        "allow_services",
        ("S3MOCK_ALLOW_SERVICES",),
        parse=_names,
        expected="names of services like 'sqs', separated by commas, or '*'",
        default=(),
        doc="Other AWS services that may really be called, by the name in `RealCallError`; `*` allows all.",
    )

    def __init__(self, **keywords: Any) -> None:
        self.keywords = checked(keywords)
        at_start = {name: row for name, row in TABLE.items() if row.at_start and name not in keywords}
        self.given = self.keywords | {name: row.from_environment() for name, row in at_start.items()}
        self._variables = {name: row.variable() for name, row in at_start.items()}

    def origin(self, keyword: str) -> str | None:
        """Where the value of a setting comes from: "the keyword", or the name of a variable; None for the default."""
        if keyword in self.keywords:
            return "the keyword"
        row = TABLE[keyword]
        return self._variables[keyword] if row.at_start else row.variable()


TABLE: Mapping[str, Setting[Any]] = MappingProxyType(
    {name: row for name, row in vars(Settings).items() if isinstance(row, Setting)}
)


ELSEWHERE: Mapping[str, str] = {
    "buckets": "mock_s3, S3MockServer and pytest's marker take them, and s3.create_buckets does",
    "ca": "S3MockServer takes it beside tls",
    "budget": "pytest's marker takes one: @pytest.mark.s3mock(budget=20)",
    "data_dir": "S3MockServer keeps a data folder; a mock has s3.save(file), and mock_s3(load=file) continues from it",
    "faults": "pytest's marker takes them; elsewhere call s3.fail, or s3.faults.load",
    "load": "mock_s3 takes a file; a server has server.s3.load(file)",
    "process": "S3MockServer(process=True) runs in a process of its own",
    "region": "give it to the client, s3.client(region_name=...), or set AWS_DEFAULT_REGION",
    "share": "mock_s3 can be shared; a server is there for every process that has its address",
    "tls": "S3MockServer speaks HTTPS; a mock answers https:// URLs as they are",
}
"""Keywords that are no settings, and who takes them."""


def checked(keywords: Mapping[str, Any]) -> dict[str, Any]:
    """The settings that ``mock_s3`` or the server is given, parsed.

    Raises TypeError for an unknown one, SettingError for an invalid value.
    """
    for keyword in keywords:
        if keyword not in TABLE:
            raise TypeError(_unknown(keyword))
    return {keyword: TABLE[keyword].checked(keyword, value) for keyword, value in keywords.items()}


def _unknown(keyword: str) -> str:
    """The message about a keyword that is no setting."""
    from s3mock import near_misses  # noqa: PLC0415 - for errors only

    what = "there is no setting"
    if keyword in ELSEWHERE:
        return f"{what} {keyword!r}: {ELSEWHERE[keyword]}"
    return near_misses.message(what, keyword, [*TABLE, *ELSEWHERE])
