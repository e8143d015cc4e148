"""Configurations of which a bucket may have many: metrics, analytics, inventory, intelligent tiering.

Each of these modules has a ``Kind``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from s3mock.backend import listed_configurations as listed
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error
from s3mock.exchange import Exchange
from s3mock.models.listed_configuration import PAGE, ListedConfiguration, check_id
from s3mock.responses.listing import decode_token, encode_token, longest_page
from s3mock.responses.registry import Parameters

if TYPE_CHECKING:
    from s3mock.models.configuration import ListedTopic


Configuration = TypeVar("Configuration", bound=ListedConfiguration)


@dataclass(frozen=True, slots=True)
class Kind(Generic[Configuration]):
    """A kind of configuration: its ``topic`` in a bucket's configuration, its ``member`` in requests and responses.

    ``of`` makes the value of a document, or refuses it. ``other_id`` is the error of a document with another id than
    the request's.
    """

    topic: ListedTopic
    member: str
    of: Callable[[Mapping[str, Any]], Configuration]
    other_id: str = "MalformedXML"


def read(request: Parameters, kind: Kind[Configuration]) -> Configuration:
    """The configuration in a Put request.

    Raises MalformedXML, IdMismatch, InvalidArgument, and what ``kind.of`` raises.
    """
    document = request[kind.member]
    check_id(request["Id"], document, kind.other_id)
    return kind.of(document)


def put(exchange: Exchange, kind: Kind[Configuration], configuration: Configuration) -> Parameters:
    """Add a configuration, or replace the one with its id. Raises TooManyConfigurations."""
    name = configuration.document["Id"]
    exchange.commit(lambda state: listed.put(state, kind.topic, name, configuration))
    return {}


def get(exchange: Exchange, request: Parameters, kind: Kind[Any]) -> Parameters:
    """The configuration with the request's id.

    Raises NoSuchConfiguration (aws_recorded: test_get_bucket_metrics_configuration_not_exist).
    """
    configuration = exchange.configuration.listed(kind.topic).get(request["Id"])
    if configuration is None:
        raise S3Error("NoSuchConfiguration")
    return {kind.member: configuration.document}


def delete(exchange: Exchange, request: Parameters, kind: Kind[Any]) -> Parameters:
    """Delete the configuration with the request's id. Raises NoSuchConfiguration."""
    exchange.commit(lambda state: listed.remove(state, kind.topic, request["Id"]))
    return {}


def list_page(exchange: Exchange, request: Parameters, kind: Kind[Any]) -> Parameters:
    """A page of the configurations (aws_recorded: test_list_bucket_metrics_configurations_paginated).

    Raises InvalidArgument for an invalid ContinuationToken.
    """
    token = request.get("ContinuationToken")
    page = listed.page(
        exchange.bucket.state,
        kind.topic,
        after="" if token is None else decode_token(token),
        limit=longest_page(exchange, PAGE),
    )
    return {
        f"{kind.member}List": [configuration.document for configuration in page.configurations],
        "IsTruncated": page.next is not None,
        "ContinuationToken": token,
        "NextContinuationToken": None if page.next is None else encode_token(page.next),
    }
