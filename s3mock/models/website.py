"""A bucket's website: its documents, and the rules that send visitors elsewhere.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_WebsiteConfiguration.html
The words of the refusals are those that Ceph's gateway and other servers have taken over from S3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from s3mock.errors import S3Error, invalid_argument

MOST_RULES = 50
PROTOCOLS = ("http", "https")
ERRORS = range(400, 600)
REDIRECTS = range(301, 400)
MOST_DIGITS = 9
_IN_PATHS = "/~!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a visitor is sent: to another host, by another protocol, to another key, or with another prefix of it.

    What is None stays as it is.
    """

    host: str | None = None
    protocol: str | None = None
    code: int | None = None
    key: str | None = None
    key_prefix: str | None = None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.code or 301

    def location(self, endpoint: str, key: str, prefix: str = "", query: str = "") -> str:
        """Return the URL for who asked ``endpoint`` for ``key``, which begins with the ``prefix`` that is replaced.

        What the rule says goes there as it is, so that it may begin a query; what the visitor said is encoded. The
        query that came goes along (assumed).
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
        """Return the redirect as GetBucketWebsite has it."""
        return {
            "HostName": self.host,
            "HttpRedirectCode": None if self.code is None else str(self.code),
            "Protocol": self.protocol,
            "ReplaceKeyPrefixWith": self.key_prefix,
            "ReplaceKeyWith": self.key,
        }


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """A redirect, and for whom: who asks for keys with a prefix, would be told an error, or both; else everybody."""

    redirect: Redirect
    prefix: str | None = None
    error: int | None = None

    def applies(self, key: str, error: int | None) -> bool:
        """Tell whether the rule is for who asks for ``key`` and would be answered with the status ``error``, if any."""
        return self.error == error and key.startswith(self.prefix or "")

    def describe(self) -> dict[str, Any]:
        """Return the rule as GetBucketWebsite has it."""
        code = None if self.error is None else str(self.error)
        condition = {"HttpErrorCodeReturnedEquals": code, "KeyPrefixEquals": self.prefix}
        has_condition = self.error is not None or self.prefix is not None
        return {"Condition": condition if has_condition else None, "Redirect": self.redirect.describe()}


@dataclass(frozen=True, slots=True)
class Website:
    """What a bucket shows to visitors: the ``index`` of each folder, an error document, and redirects.

    With ``elsewhere``, it has nothing else and sends all of them there.
    """

    index: str = ""
    error_key: str | None = None
    rules: tuple[RoutingRule, ...] = ()
    elsewhere: Redirect | None = None

    def rule(self, key: str, error: int | None = None) -> RoutingRule | None:
        """Return the first rule for who asks for ``key``, and would be answered with the status ``error``, if any."""
        return next((rule for rule in self.rules if rule.applies(key, error)), None)

    def describe(self) -> dict[str, Any]:
        """Return the website as GetBucketWebsite has it; what was left out is left out."""
        if self.elsewhere is not None:
            return {"RedirectAllRequestsTo": {"HostName": self.elsewhere.host, "Protocol": self.elsewhere.protocol}}
        return {
            "IndexDocument": {"Suffix": self.index},
            "ErrorDocument": None if self.error_key is None else {"Key": self.error_key},
            "RoutingRules": [rule.describe() for rule in self.rules] or None,
        }


def website_of(configuration: Mapping[str, Any]) -> Website:
    """Return the website of a WebsiteConfiguration. Raises InvalidArgument, InvalidRequest, MalformedXML.

    The order of the checks is assumed.
    """
    if "RedirectAllRequestsTo" in configuration:
        if len(configuration) > 1:
            message = "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules."
            raise invalid_argument(message, "RedirectAllRequestsTo", "not null")
        return Website(elsewhere=_elsewhere(configuration["RedirectAllRequestsTo"]))
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
            raise _bad(
                f"{len(rules)} routing rules provided, the number of routing rules in a website configuration is "
                f"limited to {MOST_RULES}."
            )
    return Website(index, error_key, tuple(_rule(rule) for rule in rules or ()))


def _elsewhere(element: Mapping[str, Any]) -> Redirect:
    if not element["HostName"]:
        raise _bad('A host name must be provided to redirect all requests (e.g. "example.com").')
    return Redirect(element["HostName"], _protocol(element))


def _rule(element: Mapping[str, Any]) -> RoutingRule:
    redirect = _redirect(element["Redirect"])
    condition = element.get("Condition")
    if condition is None:
        return RoutingRule(redirect)
    if not condition:
        raise _bad(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't "
            "be present."
        )
    error = _code(condition, "HttpErrorCodeReturnedEquals")
    if error is not None and error not in ERRORS:
        raise _bad(f"The provided HTTP error code ({error}) is not valid. Valid codes are 4XX or 5XX.")
    return RoutingRule(redirect, condition.get("KeyPrefixEquals"), error)


def _redirect(element: Mapping[str, Any]) -> Redirect:
    """Return the redirect of a rule.

    It may be empty: the API page wants one of its elements, but S3 does not, as scality/cloudserver has seen.
    """
    protocol = _protocol(element)
    if element.get("HostName") == "":
        raise _bad(
            "The HostName cannot be blank. To redirect within the same domain, the element should not be present."
        )
    code = _code(element, "HttpRedirectCode")
    if code is not None and code not in REDIRECTS:
        raise _bad(f"The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300.")
    key, key_prefix = element.get("ReplaceKeyWith"), element.get("ReplaceKeyPrefixWith")
    if key is not None and key_prefix is not None:
        raise _bad("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
    return Redirect(element.get("HostName"), protocol, code, key, key_prefix)


def _protocol(element: Mapping[str, Any]) -> str | None:
    protocol: str | None = element.get("Protocol")
    if protocol is not None and protocol not in PROTOCOLS:
        raise _bad(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
            "automatically."
        )
    return protocol


def _code(element: Mapping[str, Any], member: str) -> int | None:
    """Return a status that is text in the document. Raises MalformedXML for one that is no number (cloudserver)."""
    text = element.get(member)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS):
        raise S3Error("MalformedXML")
    return int(text)


def _bad(message: str) -> S3Error:
    return S3Error("InvalidRequest", message)
