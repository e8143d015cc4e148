"""The functions that take the place of Lambda's, and the context object that Lambda passes to one with the event."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from s3mock.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self


def check_function(function: object) -> None:
    """Raise TypeError for anything but a plain function, which can be called as Lambda calls one."""
    if not callable(function) or inspect.iscoroutinefunction(function):
        raise TypeError(f"{function!r} is not a plain function: it is called as Lambda calls one")


@dataclass(frozen=True, slots=True)
class LambdaContext:
    """The context object that Lambda passes to a function with the event."""

    aws_request_id: str
    function_name: str
    invoked_function_arn: str
    log_group_name: str
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = "128"
    log_stream_name: str = "s3mock"
    identity: None = None
    client_context: None = None

    @classmethod
    def of(cls, function: Callable[..., Any], request_id: str, partition: str, region: str, account_id: str) -> Self:
        """The context of a call of a Python function, whose name is also that of the Lambda function."""
        name = getattr(function, "__name__", type(function).__name__)
        return cls.of_arn(f"arn:{partition}:lambda:{region}:{account_id}:function:{name}", request_id)

    @classmethod
    def of_arn(cls, arn: str, request_id: str) -> Self:
        """The context of a call of the function with this ARN, which may end in a version or an alias."""
        name = arn.split(":")[6]
        return cls(request_id, name, arn, f"/aws/lambda/{name}")

    def get_remaining_time_in_millis(self) -> int:
        """The milliseconds that S3 waits for a function's answer; they do not decrease here."""
        return 60_000
