"""S3 Select: the SQL query of a SelectObjectContent, run over the bytes of one object.

``selection`` checks a request, ``run`` answers it. Running needs sqlglot, and pyarrow for Parquet: the extra
``s3mock[select]`` installs both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from s3mock.select.content import Store, Stored
from s3mock.select.request import Selection, missing_extra, selection

__all__ = ["Selection", "run", "selection"]


def run(selection: Selection, stored: Stored, now: datetime, store: Store) -> Iterator[Mapping[str, Mapping[str, Any]]]:
    """The events that answer a query over the bytes of an object. ``now`` is the time for UTCNOW.

    ``store`` keeps the content of a compressed object while it is read.

    Raises NotImplemented at once where the extra is not installed, and other S3Errors while the events are read.
    """
    try:
        from s3mock.select import events  # noqa: PLC0415 - an extra, and slow to import
    except ImportError as error:
        raise missing_extra(error) from None
    return events.run(selection, stored, now, store)
