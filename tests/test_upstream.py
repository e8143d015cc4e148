"""The functions of other libraries that s3mock replaces or relies on have known sources.

When a test here fails, upstream has changed a function that ours stands in for. Read the new source beside the
replacement in the module that the table names (does it take new arguments? do something that ours should also do?
use other private attributes?), repair the replacement, run all tests with both versions, then add the new hash to the
row. These are the newest versions; the environments of tests/environments run a part of the suite with older ones.
"""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version
from pkgutil import resolve_name

import pytest

# The function or class of upstream, our module that relies on it, and the hashes of its known sources.
KNOWN: list[tuple[str, str, set[str]]] = [
    # botocore and boto3 1.43.11 to 1.44.8
    ("botocore.endpoint:Endpoint._send", "transports/botocore.py", {"b3217a41d9801162"}),
    ("botocore.awsrequest:HeadersDict", "transports/botocore.py", {"8e1dcdaaaba84625"}),
    ("botocore.awsrequest:_HeaderKey", "transports/botocore.py", {"457e1d6afbac1cb9"}),
    ("botocore.awsrequest:AWSResponse", "transports/botocore.py", {"f1dbd89496b8d600"}),
    ("botocore.httpchecksum:AwsChunkedWrapper", "transports/botocore.py", {"6b21cc05b67d49fc"}),
    ("botocore.awsrequest:AWSHTTPConnection", "transports/botocore.py", {"c85a83fbe767bf74"}),
    ("botocore.compat:set_socket_timeout", "transports/botocore.py", {"92323e439f07d557"}),
    ("boto3.s3.transfer:_should_use_crt", "transports/botocore.py", {"2f6ac5cbc2be160d"}),
    ("boto3.s3.transfer:create_transfer_manager", "transports/botocore.py", {"e5bb04f57f3f2d20"}),
    ("botocore.signers:RequestSigner.get_auth_instance", "process/credentials.py", {"cef293447a8fab22"}),
    ("botocore.utils:IMDSFetcher._fetch_metadata_token", "process/credentials.py", {"752cb05def3faa32"}),
    ("botocore.utils:IMDSFetcher._get_request", "process/credentials.py", {"d481f9285593cf1a"}),
    ("botocore.utils:ContainerMetadataFetcher._retrieve_credentials", "process/credentials.py", {"e1ad471a8368ec65"}),
    ("botocore.credentials:ContainerProvider.load", "process/credentials.py", {"411585d992fcd131"}),
    ("botocore.credentials:ProcessProvider.load", "process/credentials.py", {"fbf2177b00037b96"}),
    ("botocore.credentials:AssumeRoleProvider.load", "process/credentials.py", {"0d3ee8778d526e9d"}),
    ("botocore.credentials:AssumeRoleWithWebIdentityProvider.load", "process/credentials.py", {"ef82fe910691c053"}),
    ("botocore.credentials:SSOProvider.load", "process/credentials.py", {"67e92ba925c2d5a8"}),
    ("botocore.credentials:LoginProvider.load", "process/credentials.py", {"d0def6964782f840"}),
    ("botocore.configprovider:ConfiguredEndpointProvider.provide", "process/credentials.py", {"fc0fca2b8050ede8"}),
    ("botocore.auth:HmacV1Auth._get_date", "process/client_clock.py", {"b66cc80940daa5ea"}),
    ("botocore.auth:HmacV1QueryAuth._get_date", "process/client_clock.py", {"073c9eeabdab1c11"}),
    ("botocore.credentials:RefreshableCredentials._seconds_remaining", "process/client_clock.py", {"5d70dbf6c1c72bcf"}),
    ("botocore.compat:get_current_datetime", "process/client_clock.py", {"7e661991cdf3f5ef"}),
    ("botocore.utils:S3ExpressIdentityCache", "process/client_clock.py", {"41571c683fe3379c"}),
    ("botocore.endpoint:Endpoint._needs_retry", "process/sleeping.py", {"9621767a04c7931a"}),
    ("botocore.retries.bucket:TokenBucket", "process/sleeping.py", {"76a74c61bd88f681"}),
    ("botocore.retries.bucket:Clock", "process/sleeping.py", {"4abf97b855423f93"}),
    # s3transfer 0.19.3
    ("s3transfer.futures:BoundedExecutor.submit", "transports/api_calls.py", {"39aae982996ce361"}),
    ("s3transfer.tasks:Task.__call__", "transports/api_calls.py", {"90a6cc63778ad545"}),
    # urllib3 2.8.0, httpx 0.28.1, httpx2 2.16.2, aiohttp 3.14.5
    ("urllib3.connectionpool:HTTPConnectionPool._make_request", "transports/urllib3.py", {"34d8501e40be381b"}),
    ("urllib3.connectionpool:HTTPSConnectionPool._prepare_proxy", "transports/urllib3.py", {"905ee19370068d43"}),
    ("urllib3.connection:HTTPConnection.connect", "transports/urllib3.py", {"b70c63e7308857b1"}),
    ("urllib3.connection:HTTPSConnection.connect", "transports/urllib3.py", {"2a2e1795406d7f38"}),
    ("urllib3.connection:HTTPConnection._new_conn", "transports/urllib3.py", {"83e6a5dd7db98a0a"}),
    ("urllib3.response:HTTPResponse.__init__", "transports/botocore.py", {"f4c8dc77d1a510da"}),
    ("urllib3.response:HTTPResponse._raw_read", "transports/botocore.py", {"169d4783d85bdd92"}),
    ("httpx:HTTPTransport.handle_request", "transports/httpx.py", {"9edcd0cdfa4b6872"}),
    ("httpx:AsyncHTTPTransport.handle_async_request", "transports/httpx.py", {"4dfd2e15d472a02f"}),
    ("httpx2:HTTPTransport.handle_request", "transports/httpx.py", {"750c2ae33d5fc577"}),
    ("httpx2:AsyncHTTPTransport.handle_async_request", "transports/httpx.py", {"98fe49895e684a49"}),
    ("aiohttp:TCPConnector._create_connection", "transports/aiohttp.py", {"1fc9f0b5725d8b8b"}),
    ("aiohttp:BaseConnector._get", "transports/aiohttp.py", {"4795a63c99f266c8"}),
    # moto 5.1.0 to 5.2.5
    (
        "moto.core.botocore_stubber:BotocoreStubber.__call__",
        "process/beside_moto.py",
        {"b346bdef36eb49fe", "6cbb7bf98afec5c8"},
    ),
    ("moto.core.models:MockAWS.start", "process/beside_moto.py", {"e185f8f4c11b21f9"}),
    ("moto.core.models:MockAWS.stop", "process/beside_moto.py", {"cfd7b87adc5fbfbf"}),
    ("moto.core.models:MockAWS._mock_env_variables", "process/beside_moto.py", {"a9f1ffbd9103ad54"}),
    ("moto.core.models:MockAWS._unmock_env_variables", "process/beside_moto.py", {"71cf1eb3cfd0cf9f"}),
    # moto 5.2.5
    ("moto.s3.models:S3Backend.reset", "for_moto/__init__.py", {"5761904d8317d602"}),
    ("moto.core.base_backend:BackendDict.__getitem__", "for_moto/__init__.py", {"16766ef9c002fbc6"}),
    ("moto.core.resource_tagging:iter_taggable_backends", "for_moto/__init__.py", {"5a3198b4350d8e4a"}),
    ("moto.s3.models:FakeBucket.__init__", "for_moto/backend.py", {"8965d4badfeec9f4"}),
    ("moto.s3.models:FakeBucket.to_config_dict", "for_moto/backend.py", {"e9b7b8cc3f248691"}),
    ("moto.s3.models:FakeKey.__init__", "for_moto/backend.py", {"cd9d1347667a9ccf"}),
    (
        "moto.s3.models:FakeBucket.create_from_cloudformation_json",
        "for_moto/cloudformation.py",
        {"7e5138dc62390195"},
    ),
    (
        "moto.s3.models:FakeBucket.update_from_cloudformation_json",
        "for_moto/cloudformation.py",
        {"9bfc7b3348952c09"},
    ),
    ("moto.cloudformation.parsing:resource_class_from_type", "for_moto/cloudformation.py", {"ca766bc34c1950ae"}),
]


@pytest.mark.parametrize(("name", "module", "hashes"), KNOWN, ids=[row[0] for row in KNOWN])
def test_upstream_is_as_we_know_it(name: str, module: str, hashes: set[str]) -> None:
    upstream = resolve_name(name)
    digest = hashlib.sha256(inspect.getsource(upstream).encode()).hexdigest()[:16]
    package = name.partition(".")[0]
    assert digest in hashes, (
        f"{name} of {package} {version(package)} is new to us ({digest}): check s3mock/{module} against "
        f"{inspect.getsourcefile(upstream)} as the docstring of {__file__} says"
    )
