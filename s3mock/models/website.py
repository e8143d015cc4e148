"""A bucket's website: its documents, and the rules that send visitors elsewhere.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_WebsiteConfiguration.html
The error messages are those that Ceph's gateway and other servers have copied from S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error, invalid_argument

MOST_RULES = 50
PROTOCOLS = ("http", "https")
ERRORS = range(400, 600)
REDIRECTS = range(301, 400)
MOST_DIGITS = 9
_IN_PATHS = "/~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a visitor is sent: another host, another protocol, another key, or the key with another prefix.

    None leaves that part as it was requested.
    """

    host: str | None = None
    protocol: str | None = None
    code: int | None = None
    key: str | None = None
    key_prefix: str | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the response."""
        return self.code or 301

    def location(self, endpoint: str, key: str, prefix: str = "", query: str = "") -> str:
        """The URL for a visitor who requested ``key`` at ``endpoint``; ``prefix`` is the part to be replaced.

        The rule's own text is not encoded, so it may begin a query; what the visitor requested is. The query of the
        request is kept (versity/versitygw's integration tests, WebsiteHosting_routing_rule).
        """
        scheme, _, host = endpoint.partition("://")
        if self.key is not None:
            path = self.key
        elif self.key_prefix is not None:
            path = self.key_prefix + quote(key[len(prefix) :], safe=_IN_PATHS)
        else:
            path = quote(key, safe=_IN_PATHS)
        if query:
            path += f"{'&' if '?' in path else '?'}{query}"
        return f"{self.protocol or scheme}://{self.host or host}/{path}"

    def describe(self) -> dict[str, Any]:
        """The Redirect element of GetBucketWebsite."""
        return {
            "HostName": self.host,
            "HttpRedirectCode": None if self.code is None else str(self.code),
            "Protocol": self.protocol,
            "ReplaceKeyPrefixWith": self.key_prefix,
            "ReplaceKeyWith": self.key,
        }


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """A redirect and its condition: requests for keys with ``prefix``, requests that fail with ``error``, or both.

    With neither, the rule applies to every request.
    """

    redirect: Redirect
    prefix: str | None = None
    error: int | None = None

    def applies(self, key: str, error: int | None) -> bool:
        """Whether the rule applies to a request for ``key`` that fails with the status ``error``; None is no error."""
        return self.error == error and key.startswith(self.prefix or "")

    def describe(self) -> dict[str, Any]:
        """The RoutingRule element of GetBucketWebsite."""
        code = None if self.error is None else str(self.error)
        condition = {"HttpErrorCodeReturnedEquals": code, "KeyPrefixEquals": self.prefix}
        has_condition = self.error is not None or self.prefix is not None
        return {"Condition": condition if has_condition else None, "Redirect": self.redirect.describe()}


@dataclass(frozen=True, slots=True)
class Website:
    """A bucket's website: the ``index`` of each folder, the key of the error document, and the routing rules.

    A website with ``redirect_all`` has nothing else and redirects every request.
    """

    index: str = ""
    error_key: str | None = None
    rules: tuple[RoutingRule, ...] = ()
    redirect_all: Redirect | None = None

    def rule(self, key: str, error: int | None = None) -> RoutingRule | None:
        """The first rule for a request for ``key`` that fails with the status ``error``, None for no error."""
        return next((rule for rule in self.rules if rule.applies(key, error)), None)

    def object_key(self, key: str) -> str:
        """The key of the object that ``key`` shows: a folder's index, otherwise the object itself."""
        return key + self.index if not key or key.endswith("/") else key

    def describe(self) -> dict[str, Any]:
        """The response of GetBucketWebsite, with None for every element that was left out."""
        if self.redirect_all is not None:
            host, protocol = self.redirect_all.host, self.redirect_all.protocol
            return {"RedirectAllRequestsTo": {"HostName": host, "Protocol": protocol}}
        return {
            "IndexDocument": {"Suffix": self.index},
            "ErrorDocument": None if self.error_key is None else {"Key": self.error_key},
            "RoutingRules": [rule.describe() for rule in self.rules] or None,
        }


def website_of(configuration: Mapping[str, Any]) -> Website:
    """The website of a WebsiteConfiguration.

    Raises InvalidArgument, InvalidRequest, MalformedXML, in the order of docs/errors.md.
    """
    if "RedirectAllRequestsTo" in configuration:
        if len(configuration) > 1:
            message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."
            raise invalid_argument(message, "RedirectAllRequestsTo", "not null")
        target = configuration["RedirectAllRequestsTo"]
        if not target["HostName"]:
            raise _invalid_request('A host name must be provided to redirect all requests (e.g. "example.com").')
        return Website(redirect_all=Redirect(target["HostName"], _protocol(target)))

    if "IndexDocument" not in configuration:
        message = "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty"
        raise invalid_argument(message, "IndexDocument", "null")
    index = configuration["IndexDocument"]["Suffix"]
    if not index or "/" in index:
        raise invalid_argument("The IndexDocument Suffix is not well formed", "IndexDocument", index)
    error_key = configuration["ErrorDocument"]["Key"] if "ErrorDocument" in configuration else None
    if error_key == "":
        raise invalid_argument("The ErrorDocument Key is not well formed", "ErrorDocument", error_key)

    rules = configuration.get("RoutingRules")
    if rules is not None:
        if not rules:
            raise S3Error("MalformedXML")
        if len(rules) > MOST_RULES:
            raise _invalid_request(
                f"{len(rules)} routing rules provided, the number of routing rules in a website configuration is "
                f"limited to {MOST_RULES}."
            )
    return Website(index, error_key, tuple(_routing_rule(rule) for rule in rules or ()))


def _routing_rule(element: Mapping[str, Any]) -> RoutingRule:
    # The Redirect may be empty: the API page requires one of its elements, but S3 does not, as scality/cloudserver has
    # seen.
    target = element["Redirect"]
    protocol = _protocol(target)
    if target.get("HostName") == "":
        raise _invalid_request(
            "The HostName cannot be blank. To redirect within the same domain, the element should not be present."
        )
    code = _status(target, "HttpRedirectCode")
    if code is not None and code not in REDIRECTS:
        raise _invalid_request(
            f"The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
        )
    key, key_prefix = target.get("ReplaceKeyWith"), target.get("ReplaceKeyPrefixWith")
    if key is not None and key_prefix is not None:
        raise _invalid_request("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
    redirect = Redirect(target.get("HostName"), protocol, code, key, key_prefix)

    condition = element.get("Condition")
    if condition is None:
        return RoutingRule(redirect)
    if not condition:
        raise _invalid_request(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't "
            "be present."
        )
    error = _status(condition, "HttpErrorCodeReturnedEquals")
    if error is not None and error not in ERRORS:
        raise _invalid_request(f"The provided HTTP error code ({error}) is not valid. Valid codes are 4XX or 5XX.")
    return RoutingRule(redirect, condition.get("KeyPrefixEquals"), error)


def _protocol(element: Mapping[str, Any]) -> str | None:
    protocol: str | None = element.get("Protocol")
    if protocol is not None and protocol not in PROTOCOLS:
        raise _invalid_request(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
            "automatically."
        )
    return protocol


def _status(element: Mapping[str, Any], member: str) -> int | None:
    """The HTTP status in an element, None without it. Raises MalformedXML for a non-number (cloudserver)."""
    text = element.get(member)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise S3Error("MalformedXML")
    return int(text)


def _invalid_request(message: str) -> S3Error:
    return S3Error("InvalidRequest", message)
