"""The calls that may leave the process while a mock is active."""

from __future__ import annotations

import re
import socket
import ssl
import sys
from contextvars import ContextVar
from functools import lru_cache
from types import FrameType
from typing import Any, Literal

from s3mock.process.credentials import ACCESS_KEY
from s3mock.process.patches import Function, Patches
from s3mock.settings import Settings

AWS_DOMAINS = (
    # partitions.json of botocore, including dual-stack; on.aws has Lambda's URLs
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
    # signing in: the endpoint rules of botocore's "signin", IAM Identity Center's start pages, Cognito's hosted pages
    "aws.amazon.com",
    "signin.aws",
    "amazonaws.cn",
    "amazonaws-us-gov.com",
    "amazonaws-eusc.eu",
    "c2shome.ic.gov",
    "sc2shome.sgov.gov",
    "csphome.adc-e.uk",
    "csphome.hci.ic.gov",
    "awsapps.com",
    "amazoncognito.com",
)
"""The domains of AWS, in all partitions."""

METADATA = frozenset({"169.254.169.254", "fd00:ec2::254", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"})
"""The addresses of the metadata and credentials of EC2 instances, ECS tasks and EKS pods."""

METADATA_SERVICE = "imds"
"""The name under which ``allow_services`` allows the metadata addresses."""

LIBRARIES = frozenset(
    {
        "aioboto3",
        "aiobotocore",
        "aiohttp",
        "boto3",
        "botocore",
        "curl_cffi",
        "dns",
        "fsspec",
        "httpcore",
        "httplib2",
        "httpx",
        "httpx2",
        "minio",
        "niquests",
        "pycurl",
        "requests",
        "s3fs",
        "smart_open",
        "tornado",
        "treq",
        "twisted",
        "urllib",
        "urllib3",
        "urllib3_future",
        "websockets",
    }
)
"""The top-level packages that an error names as the client, if it was one of them."""

_Socket = ssl.SSLSocket.__mro__[1]
"""``socket.socket`` itself, of which httpretty and pytest-socket replace the name."""

client_decided: ContextVar[Literal["real", "ours"] | None] = ContextVar("s3mock_client_decided", default=None)
"""Whether an AWS SDK has decided already about the request that an HTTP library is about to send.

``real`` is a call that is allowed to leave, ``ours`` is S3's whatever its host is called. botocore's own HTTP library
is urllib3, and aiobotocore's is aiohttp or httpx, so their requests pass our patches of these, too.
"""


class RealCallError(RuntimeError):
    """A call would have left the process while a mock is active. The message names it, and how to allow it."""


@lru_cache(maxsize=512)
def is_aws(host: str) -> bool:
    """Whether a host (with or without a port) belongs to AWS, or is an address where AWS serves metadata."""
    name = _name(host)
    return name in METADATA or any(name == domain or name.endswith("." + domain) for domain in AWS_DOMAINS)


def _name(host: str) -> str:
    """The host without its port and brackets, in lower case."""
    name = host.lower()
    if name.startswith("["):
        return name[1:].partition("]")[0]
    return (name if name.count(":") > 1 else name.partition(":")[0]).rstrip(".")


_NOT_A_SERVICE = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d+|dualstack|oauth")


@lru_cache(maxsize=512)
def service_of(host: str) -> str:
    """The name of the service that a host of AWS belongs to, such as ``sqs``, as far as the host tells."""
    name = _name(host)
    if name in METADATA:
        return METADATA_SERVICE
    domain = max((domain for domain in AWS_DOMAINS if f".{name}".endswith("." + domain)), key=len, default=name)
    labels = [label for label in name[: -len(domain) - 1].split(".") if label and not _NOT_A_SERVICE.fullmatch(label)]
    return labels[-1].removesuffix("-fips") if labels else domain


def check_service(service: str, host: str, settings: Settings, why: str) -> None:
    """Raise RealCallError for a call of an AWS SDK to AWS, unless ``allow_services`` lists the service.

    ``why`` is what forbids it, in the words of the error.
    """
    if not is_aws(host) or client_decided.get() == "real":
        return
    allowed = settings.allow_services
    if service not in allowed and "*" not in allowed:
        raise RealCallError(
            f"A call to the AWS service {service!r} ({host}) would have left the process while {why}. "
            f"{_remedy(service)}"
        )


def check_host(host: str, settings: Settings, why: str, client: str = "") -> None:
    """Raise RealCallError if a host is AWS's and no setting allows a connection to it.

    Called where a connection begins, for whatever no patch of ours has answered. ``client`` is the library to name; by
    default it is looked for on the stack.
    """
    if not is_aws(host) or client_decided.get() == "real":
        return
    name = _name(host)
    if any(name == _name(endpoint) or name.endswith("." + _name(endpoint)) for endpoint in settings.passthrough):
        return
    service = service_of(name)
    if service in settings.allow_services or "*" in settings.allow_services:
        return
    client = client or _client()
    raise RealCallError(
        f"A connection of {client} to {name} would have left the process while {why}. {_remedy(service, name)}"
    )


def _remedy(service: str, host: str = "") -> str:
    """What to do about a refused call to a service, or to one of its hosts by a client that is not answered."""
    allow = f"mock_s3(allow_services=[{service!r}]) or S3MOCK_ALLOW_SERVICES={service}"
    if service == "s3" and not host:
        return "Put the test inside mock_s3."
    if service.startswith("s3") and host:
        return (
            "s3mock does not answer this client here: use it inside mock_s3, give it the endpoint of an "
            f"s3mock.S3MockServer, or let it reach the real S3 with mock_s3(passthrough=[{host!r}])."
        )
    if service == METADATA_SERVICE:
        return (
            "It is where AWS serves the credentials of instances and containers. Give the client credentials, or allow "
            f"these addresses with {allow}."
        )
    return f"Mock that service (for instance with moto's mock_aws), or allow real calls to it with {allow}."


def _client() -> str:
    """The outermost known library on the stack; "asyncio" in a thread that resolves names for an event loop."""
    found = "this process"
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001 - the only way to walk the stack without building it
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        package = module.partition(".")[0]
        if package in LIBRARIES:
            found = package
        elif module == "concurrent.futures.thread" and found == "this process":
            found = "asyncio"
        frame = frame.f_back
    return found


def install_backstop(patches: Patches, settings: Settings, why: str) -> None:
    """Refuse connections to AWS where they begin: when a name is resolved, and when a socket is connected.

    Every client in Python that no other patch answers or refuses gets here. C libraries with a resolver of their own do
    not: ``process.native_calls`` has those that are called by a Python method, docs/clients.md the others.
    """

    def resolve(original: Function, host: Any, *args: Any, **kwargs: Any) -> Any:
        if host:
            check_host(host.decode("latin-1") if isinstance(host, (bytes, bytearray)) else str(host), settings, why)
        return original(host, *args, **kwargs)

    def connect(original: Function, sock: Any, address: Any) -> Any:
        if isinstance(address, tuple) and address and isinstance(address[0], str):
            check_host(address[0], settings, why)
        return original(sock, address)

    for name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        patches.replace(socket, name, resolve)
    for name in ("connect", "connect_ex"):
        patches.replace(_Socket, name, connect)


def passes(host: str, query: str, authorization: str, settings: Settings) -> bool:
    """Whether an S3 request leaves the process because ``passthrough`` lists its endpoint.

    ``host`` is that of the Host header, ``query`` the URL's, ``authorization`` the value of the header. Raises
    RealCallError for a request that is signed with the mock's own credentials.
    """
    host = host.lower()
    if not any(host == endpoint or host.endswith("." + endpoint) for endpoint in settings.passthrough):
        return False
    if ACCESS_KEY in authorization or ACCESS_KEY in query:
        raise RealCallError(
            f"The S3 endpoint {host} is listed in passthrough, but the request is signed with the credentials that "
            f"mock_s3 provides. Pass the client its own: boto3.client('s3', endpoint_url=..., aws_access_key_id=..., "
            f"aws_secret_access_key=...)."
        )
    return True
