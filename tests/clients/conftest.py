"""The tests of clients that pin an older botocore: they are run where those are installed, as .ci/run does."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

NEEDED = {
    "test_aioboto3.py": ["aioboto3"],
    "test_aiobotocore.py": ["aiobotocore"],
    "test_aiobotocore_3.py": ["aiobotocore", "aiobotocore._httpx"],
    "test_faults_on_aiobotocore.py": ["aiobotocore"],
    "test_native_calls.py": ["aiodns", "curl_cffi", "uvloop"],
    "test_native_clients.py": ["polars", "pyarrow"],
    "test_on_s3fs.py": ["dask", "pandas", "pyarrow", "s3fs", "upath", "zarr"],
    "test_pages.py": ["aiobotocore", "s3fs"],
    "test_pools.py": ["distributed", "joblib"],
    "test_s3fs.py": ["s3fs"],
}
"""The libraries that each file needs."""

collect_ignore = [file for file, libraries in NEEDED.items() if not all(map(find_spec, libraries))]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Report what is not run for want of its library."""
    if collect_ignore:
        files = ", ".join(collect_ignore)
        terminalreporter.write_line(f"not run here, but by `make older`, where their libraries are: {files}")
