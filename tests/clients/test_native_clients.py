"""Native clients, some of which hold the GIL, use a server in a process of its own and never hang.

``RUNS=100`` runs each 100 times, as ``make native-clients`` does where all of them are installed.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.support.native_clients import CLIENTS

RUNS = int(os.environ.get("RUNS", "3"))


@pytest.mark.parametrize("client", CLIENTS)
def test_a_native_client_reads_and_writes_without_a_hang(client: str) -> None:
    code = [sys.executable, "-m", "tests.support.native_clients", client, str(RUNS)]
    done = subprocess.run(code, timeout=60 + 2 * RUNS, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
