"""S3 Select: the SQL query of a SelectObjectContent, run over the bytes of one object.

``selection`` checks a request, ``run`` answers it. Running needs sqlglot, and pyarrow for Parquet: the extra
``s3mock[select]`` installs both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from s3mock.errors import S3Error
from s3mock.select.request import Selection, selection

__all__ = ["Selection", "run", "selection"]


def run(selection: Selection, data: bytes, now: datetime) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """The events that answer a query over ``data``, the bytes of an object. ``now`` is the time for UTCNOW.

    Raises NotImplemented at once where the extra is not installed, and other S3Errors while the events are read.
    """
    try:
        from s3mock.select import events  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise missing_extra(error) from None
    return events.run(selection, data, now)


def missing_extra(error: ImportError) -> S3Error:
    """The 501 that says what to install. Raises ``error`` itself for a module that is not in the extra."""
    if error.name is None or error.name.partition(".")[0] not in {"sqlglot", "pyarrow"}:
        raise error
    return S3Error(
        "NotImplemented", f"SelectObjectContent needs {error.name}, which is not installed: pip install s3mock[select]"
    )
