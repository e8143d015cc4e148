"""The request of a SelectObjectContent: the expression, the format of the object, and the format of the result.

Defaults are those of the API pages CSVInput, CSVOutput, JSONOutput. Quotes escape themselves, as in the example of
QuoteEscapeCharacter. Messages marked "seen" were answered by S3; where the condition of a code is not documented, see
``select.query``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

Document = Mapping[str, Any]

EXPRESSION_LIMIT = 256 << 10
"""The longest expression, in bytes (User Guide, "Querying data in place", Requirements and limits)."""

_CHECK = "Please check the service documentation and try again."


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvInput:
    """The format of a CSV object.

    ``header`` is NONE, IGNORE or USE. An empty ``quote``, ``escape`` or ``comment`` means that there is none. Records
    may end in a carriage return and a line feed, where that is the ``record_delimiter`` and where the line feed is
    (assumed): boto3 sends both as they are, and an XML parser turns them into the line feed alone (XML 1.0, 2.11).
    """

    header: str
    comment: str
    quote: str
    escape: str
    record_delimiter: str
    field_delimiter: str
    quoted_delimiters: bool

    @classmethod
    def of(cls, document: Document) -> CsvInput:
        """The format of a CSVInput. Raises InvalidFileHeaderInfo, InvalidRequestParameter."""
        return cls(
            header=_choice(
                document.get("FileHeaderInfo") or "NONE",
                "fileHeaderInfo",
                "InvalidFileHeaderInfo",
                "NONE",
                "USE",
                "IGNORE",
            ),
            comment=_character(document, "Comments", "#", may_be_empty=True),
            quote=_character(document, "QuoteCharacter", '"', may_be_empty=True),
            escape=_character(document, "QuoteEscapeCharacter", document.get("QuoteCharacter", '"'), may_be_empty=True),
            record_delimiter=_record_delimiter(document),
            # An empty one is the character NUL: https://github.com/aws/aws-sdk-java/issues/2469.
            field_delimiter=_character(document, "FieldDelimiter", ",", may_be_empty=True) or "\0",
            quoted_delimiters=document.get("AllowQuotedRecordDelimiter", False),
        )

    @property
    def scannable(self) -> bool:
        """Whether a scan range is allowed (User Guide, "Requests using scan ranges")."""
        return not self.quoted_delimiters


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonInput:
    """The format of a JSON object: values on lines of their own, or in any layout one after the other."""

    lines: bool

    @classmethod
    def of(cls, document: Document) -> JsonInput:
        """The format of a JSONInput. Raises MissingRequiredParameter, InvalidJsonType."""
        if not document.get("Type"):
            raise _missing("Type")
        return cls(lines=_choice(document["Type"], "jsonType", "InvalidJsonType", "DOCUMENT", "LINES") == "LINES")

    @property
    def scannable(self) -> bool:
        """Whether a scan range is allowed (User Guide, "Requests using scan ranges")."""
        return self.lines


@dataclass(frozen=True, slots=True)
class ParquetInput:
    """The format of a Parquet object, which describes itself."""

    scannable: ClassVar[bool] = True

    @classmethod
    def of(cls, _document: Document) -> ParquetInput:
        """The format."""
        return cls()


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvOutput:
    """The format of a result in CSV. An empty ``quote`` means that there is none."""

    always_quoted: bool
    quote: str
    escape: str
    record_delimiter: str
    field_delimiter: str

    @classmethod
    def of(cls, document: Document) -> CsvOutput:
        """The format of a CSVOutput. Raises InvalidQuoteFields, InvalidRequestParameter."""
        quoted = document.get("QuoteFields") or "ASNEEDED"
        return cls(
            always_quoted=_choice(quoted, "quoteFields", "InvalidQuoteFields", "ALWAYS", "ASNEEDED") == "ALWAYS",
            quote=_character(document, "QuoteCharacter", '"', may_be_empty=True),
            escape=_character(document, "QuoteEscapeCharacter", document.get("QuoteCharacter", '"'), may_be_empty=True),
            record_delimiter=document.get("RecordDelimiter", "\n"),
            field_delimiter=document.get("FieldDelimiter", ","),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonOutput:
    """The format of a result in JSON."""

    record_delimiter: str

    @classmethod
    def of(cls, document: Document) -> JsonOutput:
        """The format of a JSONOutput."""
        return cls(record_delimiter=document.get("RecordDelimiter", "\n"))


@dataclass(frozen=True, slots=True)
class ScanRange:
    """The bytes in which records must begin; both ends are inclusive, and ``end`` alone is the length of a suffix."""

    start: int | None
    end: int | None

    @classmethod
    def of(cls, document: Document) -> ScanRange:
        """The range of a ScanRange element. Raises InvalidScanRange."""
        start, end = document.get("Start"), document.get("End")
        backwards = start is not None and end is not None and start > end
        if (start is None and end is None) or min(start or 0, end or 0) < 0 or backwards:
            raise S3Error("InvalidScanRange")
        return cls(start, end)

    def span(self, size: int) -> tuple[int, int]:
        """The first byte and the byte after the last one, in an object of ``size`` bytes.

        Raises InvalidScanRange for a range without a byte of the object.
        """
        if self.start is None:
            start, stop = max(size - (self.end or 0), 0), size
        else:
            start, stop = self.start, size if self.end is None else min(self.end + 1, size)
        if start >= stop and size:
            raise S3Error("InvalidScanRange")
        return start, stop


Input = CsvInput | JsonInput | ParquetInput
Output = CsvOutput | JsonOutput

_INPUTS: Mapping[str, Callable[[Document], Input]] = {
    "CSV": CsvInput.of,
    "JSON": JsonInput.of,
    "Parquet": ParquetInput.of,
}
_OUTPUTS: Mapping[str, Callable[[Document], Output]] = {"CSV": CsvOutput.of, "JSON": JsonOutput.of}


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A valid request. ``compression`` is NONE, GZIP or BZIP2; ``progress`` is whether Progress events are wanted."""

    expression: str
    input: Input
    compression: str
    output: Output
    scan_range: ScanRange | None
    progress: bool


def selection(request: Document) -> Selection:
    """The validated request of a SelectObjectContent.

    Raises MissingRequiredParameter, ObjectSerializationConflict, InvalidScanRange, UnsupportedScanRangeInput,
    ExpressionTooLong, and an error per invalid value, in the order of docs/errors.md.
    """
    for member in ("Expression", "ExpressionType", "InputSerialization", "OutputSerialization"):
        if not request.get(member) and request.get(member) != {}:
            raise _missing(member)
    if len(request["Expression"].encode()) > EXPRESSION_LIMIT:
        raise S3Error("ExpressionTooLong")
    _choice(request["ExpressionType"], "expressionType", "InvalidExpressionType", "SQL")

    serialization = request["InputSerialization"]
    compression = _choice(
        serialization.get("CompressionType", "NONE"),
        "compressionType",
        "InvalidCompressionFormat",
        "NONE",
        "GZIP",
        "BZIP2",
    )
    kind = _only(serialization, _INPUTS, "InputSerialization")
    read = _INPUTS[kind](serialization[kind])
    if isinstance(read, ParquetInput) and compression != "NONE":
        raise not_compressed(compression)

    kind = _only(request["OutputSerialization"], _OUTPUTS, "OutputSerialization")
    written = _OUTPUTS[kind](request["OutputSerialization"][kind])

    scan_range = None
    if request.get("ScanRange") is not None:
        scan_range = ScanRange.of(request["ScanRange"])
        if compression != "NONE" or not read.scannable:
            raise S3Error("UnsupportedScanRangeInput")

    return Selection(
        expression=request["Expression"],
        input=read,
        compression=compression,
        output=written,
        scan_range=scan_range,
        progress=request.get("RequestProgress", {}).get("Enabled", False),
    )


def not_compressed(compression: str) -> S3Error:
    """The error for an object in another format than ``compression`` (seen: apache/hadoop, s3_select.md)."""
    message = f"{compression} is not applicable to the queried object. Please correct the request and try again."
    return S3Error("InvalidCompressionFormat", message)


def _missing(member: str) -> S3Error:
    # Seen, of the JSON type: aws/aws-sdk-java issue 1609.
    return S3Error("MissingRequiredParameter", f"{member} is required. {_CHECK}")


def _choice(value: str, name: str, code: str, *choices: str) -> str:
    """``value`` in upper case. S3 ignores its case: the API pages write "Use" and "Lines". Raises ``code``."""
    if value.upper() not in choices:
        # Seen, of the JSON type: "The LINE jsonType is invalid."
        raise S3Error(code, f"The {value} {name} is invalid. {_CHECK}")
    return value.upper()


def _only(serialization: Document, kinds: Mapping[str, Any], member: str) -> str:
    """The format that a serialization has. Raises ObjectSerializationConflict for several."""
    given = [kind for kind in kinds if kind in serialization]
    if len(given) > 1:
        raise S3Error("ObjectSerializationConflict")
    if not given:
        raise _missing(member)
    return given[0]


def _character(document: Document, member: str, default: str, *, may_be_empty: bool = False, longest: int = 1) -> str:
    text: str = document.get(member, default)
    if member in document and (len(text) > longest or not (text or may_be_empty)):
        raise S3Error("InvalidRequestParameter", f"The {text} {member} is invalid. {_CHECK}")
    return text


def _record_delimiter(document: Document) -> str:
    if document.get("RecordDelimiter") == "":  # https://github.com/paws-r/paws/issues/296
        raise _missing("RecordDelimiter")
    return _character(document, "RecordDelimiter", "\n", longest=2)


def missing_extra(error: ImportError) -> S3Error:
    """The 501 that says what to install. Raises ``error`` itself for a module that is not in the extra."""
    if error.name is None or error.name.partition(".")[0] not in {"sqlglot", "pyarrow"}:
        raise error
    return S3Error(
        "NotImplemented", f"SelectObjectContent needs {error.name}, which is not installed: pip install s3mock[select]"
    )
