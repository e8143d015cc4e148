"""A browser's form: multipart/form-data into the parameters of a PutObject, and its result into a response.

The parts after ``file`` are not read. The names of fields are case-insensitive, and ``${filename}`` is replaced by the
name of the file in each field, if the part of the file has one.
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from s3mock.errors import S3Error, invalid_argument
from s3mock.http import Body, Request, Response
from s3mock.wire import elements, inputs, model, xml
from s3mock.wire.parsing import Parser, compile_parser
from s3mock.wire.serializing import Result, Serializer, compile_serializer
from s3mock.wire.signing import credential

if TYPE_CHECKING:
    from werkzeug.sansio.multipart import Event

    from s3mock.http import Target

LIMIT = 20480
"""The most bytes before those of the file: S3's number in public reports (HTML forms: "cannot exceed 20 KB")."""

_HEADERS = frozenset(
    {
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-md5",
        "content-type",
        "expires",
    }
)
"""The fields that are headers of PutObject, besides all that begin with ``x-amz-``."""


def compile_form_parser() -> Parser:
    """Return the function that reads the form of a PostObject.

    It returns the parameters of the PutObject that the form is, and more: ``Fields`` has the values of all fields by
    their names in lower case; ``AccessKey`` is the access key that signed, None for an unsigned form; ``URL`` is the
    address that it was posted to; ``Length`` is the size of the whole form in bytes, None where the sender did not say;
    and ``TagSet`` has the tags of the document in the field ``tagging``, if there is one.

    It raises S3Error: PreconditionFailed where there is no form, MalformedPOSTRequest, MaxPostPreDataLengthExceeded,
    InvalidArgument for a missing or invalid field, and AccessDenied for a policy without a signature.
    """
    parse_put = compile_parser("PutObject")
    read_tagging = elements.structure(model.shape("Tagging"))

    def parse(request: Request, target: Target, _query: Mapping[str, str]) -> dict[str, Any]:
        from werkzeug.http import parse_options_header  # noqa: PLC0415 - its import takes 15 ms; forms are rare

        kind, options = parse_options_header(request.headers.get("content-type", ""))
        if kind.lower() != "multipart/form-data":
            # The page calls it RequestIsNotMultiPartContent, and S3 answers
            # https://github.com/blueimp/jQuery-File-Upload/issues/2586.
            condition = "Bucket POST must be of the enclosure-type multipart/form-data"
            raise S3Error("PreconditionFailed", Condition=condition)
        boundary = options.get("boundary")
        if not boundary:
            raise S3Error("MalformedPOSTRequest")
        parts = _Parts(request.body, boundary.encode())
        fields = parts.fields()
        if "key" not in fields:
            raise credential.missing_field("key")
        if not parts.has_file:
            # https://github.com/itinance/react-native-fs/issues/992
            raise invalid_argument("POST requires exactly one file upload per request.", "file", "0")
        if parts.filename is not None:
            fields = {name: value.replace("${filename}", parts.filename) for name, value in fields.items()}
        key = fields["key"]
        if not key:  # https://github.com/scality/cloudserver/pull/5601
            raise invalid_argument("User key must have a length greater than 0.", "key", "")
        signed = credential.of_form(fields)
        headers = {name: value for name, value in fields.items() if name in _HEADERS or name.startswith("x-amz-")}
        inputs.check_headers(headers)
        if "acl" in fields:
            headers["x-amz-acl"] = fields["acl"]
        put = Request("PUT", request.scheme, request.host, request.path, "", headers, Body(parts.content()))
        parameters = parse_put(put, target._replace(key=key), {})
        if "tagging" in fields:
            try:
                tagging = read_tagging(xml.parse(fields["tagging"].encode(), {"Tagging"}))
            except xml.OtherRootError:
                tagging = {}  # aws_recorded test_post_object_with_tags[invalid]: stored without tags
            except ValueError:
                raise S3Error("MalformedXML") from None
            parameters["TagSet"] = tagging.get("TagSet", [])
        parameters["Fields"] = fields
        parameters["AccessKey"] = None if signed is None else signed.access_key
        parameters["Length"] = request.body.size
        parameters["URL"] = f"{request.scheme}://{request.host}{request.path}"
        return parameters

    return parse


_QUOTED_FILENAME = re.compile(r';\s*filename="((?:[^"\\]|\\.)*)"', re.IGNORECASE)


class _Parts:
    """The parts of a form, read in order and on demand: first ``fields``, then ``content``."""

    def __init__(self, body: Body, boundary: bytes) -> None:
        from werkzeug.sansio import multipart  # noqa: PLC0415 - see above

        self._events = multipart
        self._decoder = multipart.MultipartDecoder(boundary)
        self._body = body
        self._end = re.compile(re.escape(b"\r\n--" + boundary) + rb"(?:--|\r\n)")
        self._longest_end = len(boundary) + 6
        self.has_file = False
        self.filename: str | None = None
        """The file's name without its path; None where its part has none (aws_recorded
        test_post_object_with_file_as_string: ``${filename}`` stays as it is)."""

    def fields(self) -> dict[str, str]:
        """Return the fields before the file.

        The values of a repeated field are joined with a comma, as those of headers (assumed), but the key must not be
        repeated: that is InvalidArgument (https://github.com/scality/cloudserver/pull/5601), whose words, and whose
        fields like those of a missing and of an empty key, are assumed.
        """
        # In one piece: werkzeug (3.1) adds a carriage return to a part whose boundary is in two pieces.
        start = self._body.read(2 * LIMIT)
        self._decoder.receive_data(start)
        if len(start) < 2 * LIMIT:
            self._decoder.receive_data(None)
        fields: dict[str, str] = {}
        while not isinstance(event := self._next(), self._events.Epilogue):
            if isinstance(event, self._events.Preamble):
                continue
            if not isinstance(event, (self._events.Field, self._events.File)) or event.name is None:
                raise S3Error("MalformedPOSTRequest")
            name = event.name.lower()
            if name == "file":
                if len(start) - len(self._decoder.buffer) > LIMIT:
                    raise _too_large()
                # The header is parsed again: for werkzeug a backslash is an escape, but some browsers send the path of
                # a file on Windows as it is (API page).
                quoted = _QUOTED_FILENAME.search(event.headers["content-disposition"])
                filename = getattr(event, "filename", None) if quoted is None else quoted[1].replace('\\"', '"')
                self.filename = None if filename is None else filename.replace("\\", "/").rpartition("/")[2]
                self.has_file = True
                return fields
            # Some clients give every part a file name: only the part that is named "file" is the file.
            value = getattr(self._next(), "data", b"").decode("utf-8", "replace")
            if name in fields and name == "key":
                raise invalid_argument("Bucket POST must contain exactly one field named 'key'.", "key", value)
            fields[name] = f"{fields[name]},{value}" if name in fields else value
        return fields

    def _next(self) -> Event:
        """Return the next event. Raises MalformedPOSTRequest, MaxPostPreDataLengthExceeded."""
        try:
            event = self._decoder.next_event()
        except ValueError:
            raise S3Error("MalformedPOSTRequest") from None
        if isinstance(event, self._events.NeedData) or getattr(event, "more_data", False):
            raise S3Error("MalformedPOSTRequest") if self._decoder.complete else _too_large()
        return event

    def content(self) -> Iterator[bytes]:
        """Yield the bytes of the file. Raises MalformedPOSTRequest where no boundary ends them."""
        held = bytes(self._decoder.buffer)
        begin = 2  # after the line break that ends the part's headers; in an empty file, it also begins the boundary
        if not held.startswith(b"\r\n"):
            raise S3Error("MalformedPOSTRequest")
        chunks = iter(self._body)
        while (end := self._end.search(held)) is None:
            chunk = next(chunks, None)
            if chunk is None:
                raise S3Error("MalformedPOSTRequest")
            certain = len(held) - self._longest_end  # a boundary may begin after it
            if certain > begin:
                yield held[begin:certain]
                held, begin = held[certain:], 0
            held += chunk
        yield held[begin : end.start()]


def _too_large() -> S3Error:
    return S3Error("MaxPostPreDataLengthExceeded", MaxPostPreDataLengthBytes=LIMIT)


def compile_form_serializer() -> Serializer:
    """Return the function that writes the response: PutObject's headers, Location, and the document of a 201.

    The document is ``PostResponse``, without a name space.
    """
    write_put = compile_serializer("PutObject")

    def serialize(result: Result, status: int | None = None) -> Response:
        response = write_put(result, status)
        response.headers["Location"] = result["Location"]
        document = result.get("PostResponse")
        if document is not None:
            content = "".join([f"<{name}>{xml.escape(text)}</{name}>" for name, text in document.items()])
            response.body = f"{xml.DECLARATION}<PostResponse>{content}</PostResponse>".encode()
            response.headers["Content-Type"] = xml.CONTENT_TYPE
            response.headers["Content-Length"] = str(len(response.body))
        return response

    return serialize
