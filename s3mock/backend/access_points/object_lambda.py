"""Calls of GetObject that a function is answering: each has a route, a token for one answer, and a place for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from s3mock.backend import ids
from s3mock.errors import S3Error

if TYPE_CHECKING:
    from s3mock.models.account import Account

ROUTE = "io-cell001"
"""A cell of S3's, as they are called in https://github.com/aws/aws-sdk-php/issues/2228."""


@dataclass(slots=True)
class Invocation:
    """One call that waits for the answer of a function of ``account``.

    ``answer`` is None until WriteGetObjectResponse has brought it whole. ``checked`` says that the caller of GetObject
    asked for checksums to be verified.
    """

    token: str
    account: Account
    checked: bool
    route: str = ROUTE
    answer: Any = None


class Invocations:
    """The calls that wait. A token is taken by the first answer, and gone when the function has returned."""

    def __init__(self) -> None:
        self._waiting: dict[str, Invocation] = {}

    def begin(self, account: Account, *, checked: bool) -> Invocation:
        """Let a call wait for an answer."""
        invocation = Invocation(ids.request_token(), account, checked)
        self._waiting[invocation.token] = invocation
        return invocation

    def find(self, route: str, token: str, caller: Account) -> Invocation:
        """Return the call that ``route`` and ``token`` lead to.

        Raises ValidationError where none waits for this answer (User Guide, "Writing Lambda functions": the token is
        good once, and the second use of one is a 400; which, is assumed), and AccessDenied for the answer of another
        account.
        """
        invocation = self._waiting.get(token)
        if invocation is None or invocation.route != route:
            raise S3Error("ValidationError", "The request route or the request token is not valid.")
        if invocation.account != caller:
            raise S3Error("AccessDenied")
        return invocation

    def take(self, invocation: Invocation) -> None:
        """Use the token up. Raises ValidationError where another answer has."""
        if self._waiting.pop(invocation.token, None) is None:
            raise S3Error("ValidationError", "The request token has already been used.")

    def end(self, invocation: Invocation) -> None:
        """Wait no longer."""
        self._waiting.pop(invocation.token, None)
