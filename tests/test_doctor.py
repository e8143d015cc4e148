"""The report on what a mock does in this process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock as unittest_mock

import aiohttp
import botocore.client
import pytest
from moto import mock_aws

from s3mock import S3MockServer, __version__, doctor, mock_s3
from s3mock.__main__ import main
from s3mock.settings import TABLE, Settings

if TYPE_CHECKING:
    from s3mock.control import S3

PAGE = (Path(__file__).parents[1] / "docs" / "clients.md").read_text("utf-8")


def test_the_hooks_are_those_of_the_libraries_that_are_installed(mock: S3) -> None:
    report = mock.doctor()
    assert report.versions.startswith(f"s3mock {__version__}, Python ")
    hooks = dict(re.findall(r"^(\S+) [\d.]+: (.+)$", "\n".join(report.hooks), re.MULTILINE))
    assert {hooks[name] for name in ("botocore", "boto3", "urllib3", "s3transfer", "aiohttp")} == {"on"}
    assert "aiobotocore" not in hooks


def test_nothing_else_is_replaced_in_a_clean_process(mock: S3) -> None:
    assert mock.doctor().others == ()


def test_other_codes_replacements_are_named(mock: S3, monkeypatch: pytest.MonkeyPatch) -> None:
    original: Any = botocore.client.BaseClient._make_api_call  # type: ignore[attr-defined]

    def wrapper(client: Any, *args: Any) -> Any:
        return original(client, *args)

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", wrapper)
    (line,) = mock.doctor().others
    assert line == (
        f"botocore.client.BaseClient._make_api_call is replaced by {__name__} ({__file__}:"
        f"{wrapper.__code__.co_firstlineno}); ours is called if it calls what it has replaced"
    )
    wrapper.__wrapped__ = original  # type: ignore[attr-defined]
    assert mock.doctor().others[0].endswith("; ours is called below it")
    monkeypatch.undo()
    with unittest_mock.patch("botocore.client.BaseClient._make_api_call"):
        assert "is replaced by a unittest.mock.MagicMock;" in mock.doctor().others[0]


def test_what_was_replaced_before_the_mock_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    async def request(*_args: Any, **_keywords: Any) -> None: ...

    monkeypatch.setattr(aiohttp.ClientSession, "_request", request)
    with mock_s3() as s3:
        (line,) = s3.doctor().others
    assert line.startswith(f"aiohttp.client.ClientSession._request was replaced by {__name__} (")


def test_moto_is_named_while_it_is_active(mock: S3) -> None:
    with mock_aws():
        assert any(line.startswith("moto's mock_aws is active") for line in mock.doctor().others)


def test_packages_that_are_not_answered_are_those_of_the_page() -> None:
    ways_out = PAGE.partition("## Ways out")[2].partition("\n## ")[0].lower()
    assert [package for package in doctor.NOT_ANSWERED if package.partition("_")[0] not in ways_out] == []


def test_installed_packages_that_are_not_answered_say_what_to_do(mock: S3) -> None:
    assert any(
        re.match(r"duckdb [\d.]+: not seen: give it s3.duckdb_secret_sql", line) for line in mock.doctor().not_covered
    )


def test_the_settings_say_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "10")
    monkeypatch.setenv("S3MOCK_JOURNAL", "20")
    with mock_s3(account_id="111122223333", credentials="AKIAONE:secret") as s3:
        monkeypatch.setenv("S3MOCK_JOURNAL", "30")
        *lines, defaults = [line for line in s3.doctor().settings if not line.startswith("  ")]
        text = str(s3.doctor())
    assert lines == [
        "account_id = '111122223333', from the keyword",
        "credentials = ['AKIAONE'], from the keyword",
        "max_keys = 10, from MOTO_S3_DEFAULT_MAX_KEYS",
        "journal = 20, from S3MOCK_JOURNAL",
    ]
    assert defaults.startswith("default: accounts, verify_signatures")
    assert "secret" not in text.partition("Settings")[2].replace("duckdb_secret", "")


def test_every_setting_has_an_origin(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("S3MOCK", "MOTO", "S3_"))]:
        monkeypatch.delenv(name)
    assert {Settings().origin(keyword) for keyword in TABLE} == {None}


def test_a_server_has_no_hooks(server: S3MockServer) -> None:
    report = server.s3.doctor()
    assert (report.hooks, report.others) == ((), ())
    assert "none: a server answers at its address" in str(report)


def test_the_command_prints_the_report(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    main(["doctor"])
    out = capsys.readouterr().out
    assert "\nHooks\n" in out
    assert re.search(r"  pyarrow [\d.]+: on\n", out)
    monkeypatch.setenv("S3MOCK_MAX_KEYS", "many")
    with pytest.raises(SystemExit):
        main(["doctor"])
    assert "S3MOCK_MAX_KEYS is 'many'" in capsys.readouterr().err


def test_the_command_reports_a_library_that_cannot_be_imported(tmp_path: Path) -> None:
    (tmp_path / "httpx2.py").write_text("raise OSError('broken')")
    run = subprocess.run(
        [sys.executable, "-m", "s3mock", "doctor"],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.endswith("import httpx2: OSError: broken\n")
