"""The queries of SelectObjectContent.

``run`` is the door. What is behind it needs sqlglot, and pyarrow for Parquet: the extra ``s3mock[select]`` has both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from s3mock.errors import S3Error
from s3mock.select.request import Selection


def run(selection: Selection, data: bytes, moment: datetime) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """Yield the events of a query over the bytes of an object at ``moment``.

    Raises S3Error as the events are asked for, and NotImplemented at once where the extra is not installed.
    """
    try:
        from s3mock.select import events  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise missing_extra(error) from None
    return events.run(selection, data, moment)


def missing_extra(error: ImportError) -> S3Error:
    """Return the 501 that says what to install. Raises ``error`` itself where nothing of the extra is missing."""
    if error.name is None or error.name.partition(".")[0] not in {"sqlglot", "pyarrow"}:
        raise error
    return S3Error(
        "NotImplemented", f"SelectObjectContent needs {error.name}, which is not installed: pip install s3mock[select]"
    )
