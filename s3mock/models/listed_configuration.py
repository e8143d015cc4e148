"""Configurations that a bucket has many of, each under an id: metrics, analytics, inventory, intelligent tiering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from s3mock.errors import S3Error

MOST = 1000
"""How many a bucket may have of each kind (API pages of the Put operations)."""

PAGE = 100
"""How many a list has at a time (API pages of the List operations)."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class ListedConfiguration(Protocol):
    """What is common to them: ``document`` is what was put and what reads answer, its Id included."""

    @property
    def document(self) -> Mapping[str, Any]:
        """The configuration as S3's documents have it."""
        ...


def check_id(in_query: str, document: Mapping[str, Any]) -> str:
    """Return the id of a configuration that is to be put.

    It is said twice, and another one in the document is against the schema (https://github.com/aws/aws-cli/issues/2355,
    https://github.com/aws/aws-cli/issues/4476). Up to 64 letters, digits, periods, dashes and underscores: API page
    MetricsConfiguration; that the other kinds are alike, and the words, are assumed.

    Raises MalformedXML, InvalidArgument.
    """
    if in_query != document["Id"]:
        raise S3Error("MalformedXML")
    if _ID.fullmatch(in_query) is None:
        raise S3Error(
            "InvalidArgument", "The configuration id is not valid.", ArgumentName="id", ArgumentValue=in_query or None
        )
    return in_query
