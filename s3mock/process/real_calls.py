"""The calls that may leave the process while a mock is active."""

from __future__ import annotations

from functools import lru_cache

from s3mock.http import Request
from s3mock.process.credentials import ACCESS_KEY
from s3mock.settings import Settings

AWS_DOMAINS = (
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "api.aws",
    "on.aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "api.aws.hci.ic.gov",
)
"""The domains of AWS partitions in botocore's partitions.json, including dual-stack; on.aws has Lambda's URLs."""


class RealCallError(RuntimeError):
    """A call would have left the process while a mock is active. The message names it, and how to allow it."""


@lru_cache(maxsize=512)
def is_aws(host: str) -> bool:
    """Whether a host (with or without a port) belongs to AWS."""
    name = host.lower().partition(":")[0].rstrip(".")
    return any(name == domain or name.endswith("." + domain) for domain in AWS_DOMAINS)


def check_service(service: str, host: str, settings: Settings) -> None:
    """Raise RealCallError for a call to an AWS service other than S3, unless ``allow_services`` lists the service."""
    if not is_aws(host):
        return
    allowed = settings.allow_services
    if service not in allowed and "*" not in allowed:
        raise RealCallError(
            f"A call to the AWS service {service!r} ({host}) would have left the process while mock_s3 is active. "
            f"Mock that service (for instance with moto's mock_aws), or allow real calls to it with "
            f"mock_s3(allow_services=[{service!r}]) or S3MOCK_ALLOW_SERVICES={service}."
        )


def passes(request: Request, settings: Settings) -> bool:
    """Whether an S3 request leaves the process because ``passthrough`` lists its endpoint.

    Raises RealCallError if it is signed with the mock's own credentials.
    """
    host = request.host.lower()
    if not any(host == endpoint or host.endswith("." + endpoint) for endpoint in settings.passthrough):
        return False
    if ACCESS_KEY in request.headers.get("authorization", "") or ACCESS_KEY in request.query:
        raise RealCallError(
            f"The S3 endpoint {host} is listed in passthrough, but the request is signed with the credentials that "
            f"mock_s3 provides. Pass the client its own: boto3.client('s3', endpoint_url=..., aws_access_key_id=..., "
            f"aws_secret_access_key=...)."
        )
    return True
