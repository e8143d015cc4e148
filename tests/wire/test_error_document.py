"""The XML document of an error."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.wire import error_document


def test_an_error_has_its_fields_between_its_message_and_the_ids() -> None:
    error = S3Error("InvalidArgument", "No <such> thing", ArgumentName="encoding-type", ArgumentValue=None)
    response = error_document.serialize(error, "4442587FB7D0A2F9", "host+id/=")
    assert response.status == 400
    assert response.body == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<Error><Code>InvalidArgument</Code><Message>No &lt;such&gt; thing</Message>"
        b"<ArgumentName>encoding-type</ArgumentName><ArgumentValue></ArgumentValue>"
        b"<RequestId>4442587FB7D0A2F9</RequestId><HostId>host+id/=</HostId></Error>"
    )
    assert response.headers == {"Content-Type": "application/xml", "Content-Length": str(len(response.body))}


def test_numbers_and_control_characters_in_fields_are_written() -> None:
    error = S3Error("NoSuchKey", Key="a\r\x02", Size=5, headers={"x-amz-delete-marker": "true"})
    response = error_document.serialize(error, "", "")
    assert b"<Key>a&#13;&#x2;</Key><Size>5</Size>" in bytes(response.body)  # type: ignore[arg-type]
    assert response.headers["x-amz-delete-marker"] == "true"
