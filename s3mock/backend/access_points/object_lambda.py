"""Calls of GetObject that a function is answering: each has a route, a token for one answer, and the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from s3mock.models.account import Account

ROUTE = "io-cell001"
"""The name of a cell of S3, as in https://github.com/aws/aws-sdk-php/issues/2228."""


@dataclass(slots=True)
class Invocation:
    """One call that waits for the answer of a function of ``account``.

    ``answer`` is None until WriteGetObjectResponse has sent all of it. ``checked`` is whether the GetObject has
    ChecksumMode ENABLED.
    """

    token: str
    account: Account
    checked: bool
    route: str = ROUTE
    answer: Any = None


class Invocations:
    """The calls that wait. The first answer uses a token up, and it is dropped when the function has returned."""

    def __init__(self) -> None:
        self._waiting: dict[str, Invocation] = {}

    def begin(self, account: Account, *, checked: bool) -> Invocation:
        """A new call that waits for an answer."""
        invocation = Invocation(ids.request_token(), account, checked)
        self._waiting[invocation.token] = invocation
        return invocation

    def find(self, route: str, token: str, caller: Account) -> Invocation:
        """The call with this route and token.

        Raises ValidationError where no call waits for this answer (User Guide, "Writing Lambda functions": a token is
        good once, and its second use is a 400; ValidationError is the only 400 of WriteGetObjectResponse in the list of
        Object Lambda error codes), and AccessDenied for the answer of another account.
        """
        invocation = self._waiting.get(token)
        if invocation is None or invocation.route != route:
            raise S3Error("ValidationError", "The request route or the request token is not valid.")
        if invocation.account != caller:
            raise S3Error("AccessDenied")
        return invocation

    def take(self, invocation: Invocation) -> None:
        """Use the token up. Raises ValidationError if another answer has."""
        if self._waiting.pop(invocation.token, None) is None:
            raise S3Error("ValidationError", "The request token has already been used.")

    def end(self, invocation: Invocation) -> None:
        """Stop waiting for an answer."""
        self._waiting.pop(invocation.token, None)
