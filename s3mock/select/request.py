"""What SelectObjectContent is asked for: an expression, how the object is written, and how the result shall be.

Defaults are those of the API pages CSVInput, CSVOutput, JSONOutput; quotes escape themselves (assumed).
The messages marked "seen" were answered by S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from s3mock.errors import S3Error

EXPRESSION_LIMIT = 256 << 10
"""The bytes that an expression may have (User Guide, "Querying data in place", Requirements and limits)."""

_CHECK = "Please check the service documentation and try again."
_DELIMITER_LENGTH = 2  # "\r\n"; the API page says one character, and S3 takes two (assumed)


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvInput:
    """How a CSV object is written.

    ``header`` is NONE, IGNORE or USE. An empty ``quote``, ``escape`` or ``comment`` is none. A line feed as
    ``record_delimiter`` stands for a carriage return and a line feed too: boto3 sends both as they are, and whoever
    parses the request's XML sees the line feed alone (XML 1.0, 2.11). That S3 reads such files is assumed.
    """

    header: str = "NONE"
    comment: str = "#"
    quote: str = '"'
    escape: str = '"'
    record_delimiter: str = "\n"
    field_delimiter: str = ","
    quoted_delimiters: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonInput:
    """How a JSON object is written: a value a line, or values one after the other however they are laid out."""

    lines: bool


@dataclass(frozen=True, slots=True)
class ParquetInput:
    """The object is Parquet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOutput:
    """How the result is written as CSV."""

    always_quoted: bool = False
    quote: str = '"'
    escape: str = '"'
    record_delimiter: str = "\n"
    field_delimiter: str = ","


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonOutput:
    """How the result is written as JSON."""

    record_delimiter: str = "\n"


@dataclass(frozen=True, slots=True)
class ScanRange:
    """Which bytes to look for records in; both ends count, and ``end`` alone is the number of last bytes."""

    start: int | None
    end: int | None

    def span(self, size: int) -> tuple[int, int]:
        """Return the first byte and the byte after the last one, in an object of ``size`` bytes.

        Raises InvalidScanRange where no byte is in it (assumed).
        """
        if self.start is None:
            start, stop = max(size - (self.end or 0), 0), size
        else:
            start, stop = self.start, size if self.end is None else min(self.end + 1, size)
        if start >= stop and size:
            raise S3Error("InvalidScanRange")
        return start, stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A checked request. ``compression`` is NONE, GZIP or BZIP2."""

    expression: str
    input: CsvInput | JsonInput | ParquetInput
    compression: str
    output: CsvOutput | JsonOutput
    scan_range: ScanRange | None
    progress: bool


def selection(request: Mapping[str, Any]) -> Selection:
    """Return the request of SelectObjectContent, checked.

    Raises MissingRequiredParameter, ObjectSerializationConflict, InvalidScanRange, ExpressionTooLong, and the errors
    that say which value is not one. Their order is assumed.
    """
    for member in ("Expression", "ExpressionType", "InputSerialization", "OutputSerialization"):
        if not request.get(member) and request.get(member) != {}:
            raise _missing(member)
    expression = request["Expression"]
    if len(expression.encode()) > EXPRESSION_LIMIT:
        raise S3Error("ExpressionTooLong")
    _choice(request["ExpressionType"], "expressionType", "InvalidExpressionType", "SQL")
    source = request["InputSerialization"]
    compression = _choice(
        source.get("CompressionType", "NONE"), "compressionType", "InvalidCompressionFormat", "NONE", "GZIP", "BZIP2"
    )
    read = _input(source)
    if isinstance(read, ParquetInput) and compression != "NONE":
        raise not_compressed(compression)
    return Selection(
        expression=expression,
        input=read,
        compression=compression,
        output=_output(request["OutputSerialization"]),
        scan_range=_scan_range(request.get("ScanRange"), read, compression),
        progress=request.get("RequestProgress", {}).get("Enabled", False),
    )


def not_compressed(compression: str) -> S3Error:
    """Return the error for an object that is not compressed as the request says (seen: apache/hadoop, s3_select.md)."""
    message = f"{compression} is not applicable to the queried object. Please correct the request and try again."
    return S3Error("InvalidCompressionFormat", message)


def _missing(member: str) -> S3Error:
    # Seen, of the JSON type: aws/aws-sdk-java issue 1609.
    return S3Error("MissingRequiredParameter", f"{member} is required. {_CHECK}")


def _choice(value: str, name: str, code: str, *choices: str) -> str:
    """Return ``value`` as one of ``choices``; its case does not matter, as the API pages write "Use" and "Lines"."""
    if value.upper() not in choices:
        # Seen, of the JSON type: "The LINE jsonType is invalid."
        raise S3Error(code, f"The {value} {name} is invalid. {_CHECK}")
    return value.upper()


def _input(source: Mapping[str, Any]) -> CsvInput | JsonInput | ParquetInput:
    kind, value = _format(source, "InputSerialization", "CSV", "JSON", "Parquet")
    if kind == "Parquet":
        return ParquetInput()
    if kind == "JSON":
        if not value.get("Type"):
            raise _missing("Type")
        return JsonInput(lines=_choice(value["Type"], "jsonType", "InvalidJsonType", "DOCUMENT", "LINES") == "LINES")
    header = value.get("FileHeaderInfo") or "NONE"
    return CsvInput(
        header=_choice(header, "fileHeaderInfo", "InvalidFileHeaderInfo", "NONE", "USE", "IGNORE"),
        comment=_characters(value, "Comments", "#", least=0),
        quote=_characters(value, "QuoteCharacter", '"', least=0),
        escape=_characters(value, "QuoteEscapeCharacter", value.get("QuoteCharacter", '"'), least=0),
        record_delimiter=_characters(value, "RecordDelimiter", "\n", most=_DELIMITER_LENGTH),
        field_delimiter=_characters(value, "FieldDelimiter", ","),
        quoted_delimiters=value.get("AllowQuotedRecordDelimiter", False),
    )


def _output(target: Mapping[str, Any]) -> CsvOutput | JsonOutput:
    kind, value = _format(target, "OutputSerialization", "CSV", "JSON")
    if kind == "JSON":
        return JsonOutput(record_delimiter=value.get("RecordDelimiter", "\n"))
    quoted = value.get("QuoteFields") or "ASNEEDED"
    return CsvOutput(
        always_quoted=_choice(quoted, "quoteFields", "InvalidQuoteFields", "ALWAYS", "ASNEEDED") == "ALWAYS",
        quote=_characters(value, "QuoteCharacter", '"', least=0),
        escape=_characters(value, "QuoteEscapeCharacter", value.get("QuoteCharacter", '"'), least=0),
        record_delimiter=value.get("RecordDelimiter", "\n"),
        field_delimiter=value.get("FieldDelimiter", ","),
    )


def _format(formats: Mapping[str, Any], name: str, *kinds: str) -> tuple[str, Mapping[str, Any]]:
    given = [kind for kind in kinds if kind in formats]
    if len(given) > 1:
        raise S3Error("ObjectSerializationConflict")
    if not given:
        raise _missing(name)  # assumed
    return given[0], formats[given[0]]


def _characters(value: Mapping[str, Any], member: str, default: str, *, least: int = 1, most: int = 1) -> str:
    text: str = value.get(member, default)
    if member in value and not least <= len(text) <= most:
        raise S3Error("InvalidRequestParameter", f"The {text} {member} is invalid. {_CHECK}")  # assumed
    return text


def _scan_range(
    given: Mapping[str, int] | None, read: CsvInput | JsonInput | ParquetInput, compression: str
) -> ScanRange | None:
    """Return the range, refused where the User Guide says that there is none ("Requests using scan ranges")."""
    if given is None:
        return None
    start, end = given.get("Start"), given.get("End")
    backwards = start is not None and end is not None and start > end
    if (start is None and end is None) or min(start or 0, end or 0) < 0 or backwards:
        raise S3Error("InvalidScanRange")
    whole = (isinstance(read, JsonInput) and not read.lines) or (isinstance(read, CsvInput) and read.quoted_delimiters)
    if whole or compression != "NONE":
        raise S3Error("UnsupportedScanRangeInput")
    return ScanRange(start, end)
