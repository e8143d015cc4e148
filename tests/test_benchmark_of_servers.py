"""The benchmark of servers runs. Its numbers are for `make bench-servers`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import servers


@pytest.mark.skipif(sys.platform != "linux", reason="the time and memory of a process are those of /proc")
def test_servers_are_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"Text\n\n{servers.BEGINNING}\nold\n\n## Next\n")
    monkeypatch.setattr(servers, "PAGE", page)
    servers.main(["--turns", "1", "--seconds", "0.01", "--only", "s3mock", "--write"])
    text = page.read_text()
    assert text.startswith(f"Text\n\n{servers.BEGINNING}")
    assert text.endswith("\n\n## Next\n")
    assert "old" not in text
    rows = [row.split("|")[2:-1] for row in text.splitlines() if row.startswith("| s3mock |")]
    assert [len(row) for row in rows] == [4, 8, 4, 4]
    assert all(float(cell.replace(",", "")) >= 0 for row in rows for cell in row)
