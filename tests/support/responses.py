"""Responses to compare: errors with all their fields, and replies without the metadata that every reply has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.exceptions import ClientError


class Refusal:
    """The error of a refused call, set when its ``with`` block is left."""

    error: Mapping[str, Any]
    status: int
    headers: Mapping[str, str]


@contextmanager
def refused(code: str, status: int | None = None, **fields: Any) -> Iterator[Refusal]:
    """Expect the call inside to be refused with ``code``, ``status``, and exactly these extra fields of the error.

    ``Message`` is compared only if given, and so are the other fields if none of them is given.
    """
    refusal = Refusal()
    with pytest.raises(ClientError) as caught:
        yield refusal
    response: Any = caught.value.response
    refusal.error = response["Error"]
    refusal.status = response["ResponseMetadata"]["HTTPStatusCode"]
    refusal.headers = response["ResponseMetadata"]["HTTPHeaders"]
    assert refusal.error["Code"] == code
    if status is not None:
        assert refusal.status == status
    if fields:
        actual = {name: value for name, value in refusal.error.items() if name != "Code"}
        if "Message" not in fields:
            actual.pop("Message")
        assert actual == fields


def without_metadata(reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reply without its ResponseMetadata."""
    return {name: value for name, value in reply.items() if name != "ResponseMetadata"}
