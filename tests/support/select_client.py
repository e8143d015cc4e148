"""SelectObjectContent through boto3, for the tests of it: an object, a query, and what came."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from s3mock import mock_s3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

CSV: dict[str, Any] = {"CSV": {}}
NAMED: dict[str, Any] = {"CSV": {"FileHeaderInfo": "USE"}}
LINES: dict[str, Any] = {"JSON": {"Type": "LINES"}}
DOCUMENT: dict[str, Any] = {"JSON": {"Type": "DOCUMENT"}}
PARQUET: dict[str, Any] = {"Parquet": {}}
AS_CSV: dict[str, Any] = {"CSV": {}}
AS_JSON: dict[str, Any] = {"JSON": {}}


class Data:
    """One object that queries are put to."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self.s3 = s3
        self.bucket = bucket

    def put(self, body: bytes | str, **parameters: Any) -> Data:
        """Store what is asked."""
        self.s3.put_object(Bucket=self.bucket, Key="data", Body=body, **parameters)
        return self

    def events(
        self,
        expression: str,
        source: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
        **parameters: Any,
    ) -> list[dict[str, Any]]:
        """Return the events of a query."""
        reply = self.s3.select_object_content(
            **{
                "Bucket": self.bucket,
                "Key": "data",
                "Expression": expression,
                "ExpressionType": "SQL",
                "InputSerialization": CSV if source is None else source,
                "OutputSerialization": AS_JSON if result is None else result,
                **parameters,
            }
        )
        return [dict(event) for event in reply["Payload"]]

    def select(
        self,
        expression: str,
        source: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
        **parameters: Any,
    ) -> str:
        """Return the result of a query as text."""
        return records(self.events(expression, source, result, **parameters))

    def value(self, expression: str) -> str:
        """Return what an expression is for one record, as CSV: ``NULL`` and ``MISSING`` as words."""
        found = self.select(f"SELECT {expression} AS x FROM S3Object LIMIT 1", LINES)
        return {'{"x":null}\n': "NULL", "{}\n": "MISSING"}.get(found) or found[5:-2].strip('"')


@contextmanager
def asked() -> Iterator[Data]:
    """Give a place for an object in a mock of its own: cheaper for a whole file than a new one for every test."""
    with mock_s3() as mock:
        s3: S3Client = mock.client(region_name="us-east-1")
        s3.create_bucket(Bucket="a-bucket")
        yield Data(s3, "a-bucket")


def records(events: list[dict[str, Any]]) -> str:
    """Return the results that events bring."""
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()
