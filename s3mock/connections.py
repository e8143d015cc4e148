"""How clients outside of the process connect to a mock's S3: the options, variables and objects that they take.

``url`` is the endpoint of a server on the same store. ``ca`` is the path of a PEM file with the CA of its certificate;
None without TLS, and where clients know the CA.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

from s3mock.models.credentials import ACCESS_KEY, SECRET_KEY

CA_VARIABLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")
"""The variables in which clients find the file of a CA, each instead of the ones that they know, except Node's.

AWS's SDKs and command line (https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html); requests; curl;
OpenSSL (so Python's ssl and httpx), Go and Rust; Node.
"""


def region() -> str:
    """The region in the environment, which an active mock always sets; otherwise us-east-1."""
    return os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or "us-east-1"


def storage_options(url: str | None, ca: str | None = None) -> dict[str, Any]:
    """What s3fs, and through it pandas, dask and zarr, take as ``storage_options``; without a URL, for the process."""
    options: dict[str, Any] = {
        "key": ACCESS_KEY,
        "secret": SECRET_KEY,
        # s3fs caches file systems and their listings, and would find those of another mock.
        "skip_instance_cache": True,
        "use_listings_cache": False,
    }
    client = {} if ca is None else {"verify": ca}
    if region() != "us-east-1":  # s3fs would send it as a LocationConstraint, which S3 refuses
        client["region_name"] = region()
    if client:
        options["client_kwargs"] = client
    return options if url is None else options | {"endpoint_url": url}


def env(url: str, ca: str | None = None) -> dict[str, str]:
    """The environment variables by which another process's AWS SDK or command line uses this S3."""
    trust = {} if ca is None else dict.fromkeys(CA_VARIABLES, ca)
    return {
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": region(),
        "AWS_REGION": region(),
        **trust,
    }


def polars_storage_options(url: str, ca: str | None = None) -> dict[str, str]:
    """What polars, delta-rs and others on Rust's object_store take as ``storage_options``."""
    options = {
        "aws_endpoint_url": url,
        "aws_access_key_id": ACCESS_KEY,
        "aws_secret_access_key": SECRET_KEY,
        "aws_region": region(),
        "aws_allow_http": "true",
    }
    if ca is not None:
        options["aws_allow_invalid_certificates"] = "true"  # there is no option for a CA
    if os.environ.get("AWS_ENDPOINT_URL_S3", url) != url:
        # Where its name is new, the variable wins over aws_endpoint_url (https://github.com/developmentseed/obstore/issues/753).
        options["aws_endpoint_url_s3"] = url
    return options


def duckdb_secret_sql(url: str, name: str, ca: str | None = None) -> str:
    """The statement that makes DuckDB's httpfs use this S3; with a CA two statements."""
    address = urlsplit(url)
    secret = (
        f"CREATE OR REPLACE SECRET {name} (TYPE s3, KEY_ID '{ACCESS_KEY}', SECRET '{SECRET_KEY}', REGION '{region()}', "
        f"ENDPOINT '{address.netloc}', URL_STYLE 'path', USE_SSL {str(address.scheme == 'https').lower()})"
    )
    if ca is None:
        return secret
    path = ca.replace("'", "''")
    return f"SET ca_cert_file = '{path}'; {secret}"


def pyarrow_filesystem(url: str, ca: str | None = None) -> Any:
    """A ``pyarrow.fs.S3FileSystem``. Raises TypeError where pyarrow is too old for a CA."""
    from pyarrow.fs import S3FileSystem  # noqa: PLC0415 - an optional library

    address = urlsplit(url)
    return S3FileSystem(
        access_key=ACCESS_KEY,
        secret_key=SECRET_KEY,
        region=region(),
        scheme=address.scheme,
        endpoint_override=address.netloc,
        **({} if ca is None else {"tls_ca_file_path": ca}),
    )
