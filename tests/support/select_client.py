"""SelectObjectContent through boto3: an object, queries over it, and their results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import SelectObjectContentOutputTypeDef

CSV: dict[str, Any] = {"CSV": {}}
NAMED: dict[str, Any] = {"CSV": {"FileHeaderInfo": "USE"}}
LINES: dict[str, Any] = {"JSON": {"Type": "LINES"}}
DOCUMENT: dict[str, Any] = {"JSON": {"Type": "DOCUMENT"}}
PARQUET: dict[str, Any] = {"Parquet": {}}
AS_CSV: dict[str, Any] = {"CSV": {}}
AS_JSON: dict[str, Any] = {"JSON": {}}

FRUIT = 'id,name,ripe\n1,apple,TRUE\n2,"pear, green",FALSE\n3,fig,TRUE\n'
"""An object of CSV with a header."""

CHECK = "Please check the service documentation and try again."
"""The end of many of S3 Select's messages."""


class Data:
    """The object that a test queries."""

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self.s3 = s3
        self.bucket = bucket

    def put(self, body: bytes | str, **parameters: Any) -> Data:
        """Replace the content of the object."""
        self.s3.put_object(Bucket=self.bucket, Key="data", Body=body, **parameters)
        return self

    def query(
        self,
        expression: str,
        source: dict[str, Any] | None = None,
        result: dict[str, Any] | None = None,
        **parameters: Any,
    ) -> SelectObjectContentOutputTypeDef:
        """The response to a query, which reads CSV and writes JSON by default."""
        return self.s3.select_object_content(
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

    def events(self, expression: str, *formats: dict[str, Any], **parameters: Any) -> list[dict[str, Any]]:
        """The events of a query."""
        return [dict(event) for event in self.query(expression, *formats, **parameters)["Payload"]]

    def select(self, expression: str, *formats: dict[str, Any], **parameters: Any) -> str:
        """The result of a query as text."""
        return records(self.events(expression, *formats, **parameters))

    def value(self, expression: str) -> str:
        """The value of an expression for the first record as text; NULL and MISSING are words."""
        result = self.select(f"SELECT {expression} AS x FROM S3Object LIMIT 1", LINES)
        return {'{"x":null}\n': "NULL", "{}\n": "MISSING"}.get(result) or result[5:-2].strip('"')


def records(events: list[dict[str, Any]]) -> str:
    """The result of a query: the payloads of its Records events."""
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()
