"""Headers that a read asks for in place of those that are stored: ``response-content-type`` and its like."""

from __future__ import annotations

from s3mock.errors import S3Error
from s3mock.responses.context import Context
from s3mock.responses.registry import Parameters

PREFIX = "response-"

OVERRIDES = {
    "response-cache-control": ("ResponseCacheControl", "CacheControl"),
    "response-content-disposition": ("ResponseContentDisposition", "ContentDisposition"),
    "response-content-encoding": ("ResponseContentEncoding", "ContentEncoding"),
    "response-content-language": ("ResponseContentLanguage", "ContentLanguage"),
    "response-content-type": ("ResponseContentType", "ContentType"),
    "response-expires": ("ResponseExpires", "Expires"),
}
"""What may be asked for: how the query spells it, its member of the request, and the member of the answer."""


def check(ctx: Context) -> None:
    """Refuse what cannot be overridden, and any override in a request that nobody signed.

    Raises InvalidArgument (https://github.com/versity/versitygw/issues/2075) and InvalidRequest
    (https://github.com/floci-io/floci/pull/1098, measured), in this order and before the object is looked for
    (assumed).
    """
    wanted = {name: value for name, value in ctx.query.items() if name.startswith(PREFIX)}
    for name, value in wanted.items():
        if name not in OVERRIDES:
            raise S3Error(
                "InvalidArgument",
                f"{name} is not in the set of overridable response headers. Please refer to the S3 API documentation "
                "for a complete list of overridable response headers.",
                ArgumentName=name,
                ArgumentValue=value,
            )
    if wanted and ctx.signer is None:
        raise S3Error("InvalidRequest", "Request specific response headers cannot be used for anonymous GET requests.")


def asked(request: Parameters) -> Parameters:
    """Return the members of the answer that the request overrides."""
    return {member: request[parameter] for parameter, member in OVERRIDES.values() if parameter in request}
