"""S3's checksums: the algorithms, the values that requests send, and the values that objects keep.

A request announces its algorithm before the body, by the header with the value or by ``x-amz-trailer``; a trailer's
value follows the body. So there are two steps: ``Digests`` starts them, ``Digests.verify`` compares.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from functools import cache, partial
from typing import Any, Protocol

from s3mock.dataclass import dataclass
from s3mock.errors import S3Error

FULL_OBJECT = "FULL_OBJECT"
COMPOSITE = "COMPOSITE"

_MD5_BYTES = 16


class Running(Protocol):
    """A checksum in progress, such as hashlib's objects."""

    def update(self, data: bytes, /) -> None:
        """Add the next bytes."""

    def digest(self) -> bytes:
        """Return the checksum of the bytes so far."""


class RunningCrc:
    """A CRC in progress, of ``size`` bytes; ``function(data, crc)`` continues ``crc`` with ``data``."""

    __slots__ = ("_function", "_size", "_value")

    def __init__(self, function: Callable[[bytes, int], int], size: int) -> None:
        self._function = function
        self._size = size
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Add the next bytes."""
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        """Return the CRC of the bytes so far, in big-endian order."""
        return self._value.to_bytes(self._size, "big")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One of S3's algorithms.

    A digest has ``size`` bytes, and ``new`` starts one. ``types`` are the checksum types of multipart uploads, the
    default first. ``crc`` is the name of a CRC in anycrc, None for a hash. ``member`` and ``header`` carry the value.
    """

    name: str
    size: int
    new: Callable[[], Running]
    types: tuple[str, ...]
    crc: str | None = None
    member: str = field(init=False)
    header: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "member", f"Checksum{self.name}")
        object.__setattr__(self, "header", f"x-amz-checksum-{self.name.lower()}")


# The packages below are imported on first use, as most tests need none of them.
@cache
def _model(crc: str) -> Any:
    """Return the CRC of this name in anycrc, with ``calc`` and ``combine``."""
    import anycrc  # noqa: PLC0415

    return anycrc.Model(crc)


def _crc32c() -> Running:
    from crc32c import crc32c  # noqa: PLC0415 - twice as fast as anycrc's

    return RunningCrc(crc32c, 4)


def _xxh(name: str) -> Running:
    import xxhash  # noqa: PLC0415

    running: Running = getattr(xxhash, name)()
    return running


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html; the types of SHA512, MD5
# and XXHASH as in versity/versitygw (pull 2102).
ALGORITHMS: dict[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        Algorithm("CRC32", 4, partial(RunningCrc, zlib.crc32, 4), (COMPOSITE, FULL_OBJECT), "CRC32"),
        Algorithm("CRC32C", 4, _crc32c, (COMPOSITE, FULL_OBJECT), "CRC32C"),
        Algorithm("CRC64NVME", 8, lambda: RunningCrc(_model("CRC64-NVME").calc, 8), (FULL_OBJECT,), "CRC64-NVME"),
        Algorithm("SHA1", 20, hashlib.sha1, (COMPOSITE,)),
        Algorithm("SHA256", 32, hashlib.sha256, (COMPOSITE,)),
        Algorithm("SHA512", 64, hashlib.sha512, (COMPOSITE,)),
        Algorithm("MD5", _MD5_BYTES, lambda: hashlib.md5(usedforsecurity=False), (COMPOSITE,)),
        Algorithm("XXHASH64", 8, partial(_xxh, "xxh64"), (COMPOSITE,)),
        Algorithm("XXHASH3", 8, partial(_xxh, "xxh3_64"), (COMPOSITE,)),
        Algorithm("XXHASH128", 16, partial(_xxh, "xxh3_128"), (COMPOSITE,)),
    )
}
DEFAULT = ALGORITHMS["CRC64NVME"]
"""What S3 computes by itself of an object whose uploader sent no checksum (s3_facts 2)."""

NO_VALUES = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})
"""Headers whose names begin like those with a checksum's value."""

_BY_MEMBER = {algorithm.member: algorithm for algorithm in ALGORITHMS.values()}
_BY_HEADER = {algorithm.header: algorithm for algorithm in ALGORITHMS.values()}


@dataclass(frozen=True, slots=True)
class Checksum:
    """A checksum that S3 keeps: the algorithm's name, the value in base64, and the type, FULL_OBJECT or COMPOSITE."""

    algorithm: str
    value: str
    type: str = FULL_OBJECT

    @property
    def member(self) -> str:
        """The member of an answer that holds the value: ``ChecksumCRC32``."""
        return ALGORITHMS[self.algorithm].member

    @property
    def members(self) -> dict[str, str]:
        """The members of an answer that report this checksum."""
        return {ALGORITHMS[self.algorithm].member: self.value, "ChecksumType": self.type}


def announced(params: Mapping[str, Any]) -> Algorithm | None:
    """Return the algorithm whose value is among the members of the request, None if there is none.

    Raises ``InvalidRequest`` for several values.
    """
    if _BY_MEMBER.keys().isdisjoint(params):
        return None
    algorithms = [algorithm for member, algorithm in _BY_MEMBER.items() if member in params]
    if len(algorithms) > 1:
        raise S3Error(
            "InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    return algorithms[0]


def is_value(header: str) -> bool:
    """Return whether a header has the name of one with a checksum's value, of a known algorithm or not."""
    return header.startswith("x-amz-checksum-") and header not in NO_VALUES


def decode(algorithm: Algorithm, value: str, where: str = "header") -> bytes:
    """Return the digest that ``value`` encodes in base64; raise ``InvalidRequest`` for an invalid one.

    The message says ``where`` the value was: in a "header" or a "trailing header"
    (https://github.com/versity/versitygw/issues/1692).
    """
    digest = _digest(value, algorithm.size)
    if digest is None:
        raise S3Error("InvalidRequest", f"Value for {algorithm.header} {where} is invalid.")
    return digest


def is_digest(algorithm: Algorithm, value: str) -> bool:
    """Return whether ``value`` encodes a digest of this algorithm in base64."""
    return _digest(value, algorithm.size) is not None


def _digest(value: str, size: int) -> bytes | None:
    """Return the ``size`` bytes that ``value`` encodes in base64, None if it encodes anything else."""
    try:
        digest = b64decode(value, validate=True)
    except ValueError:
        return None
    return digest if len(digest) == size else None


class Digests:
    """The digests of a request's body while it arrives.

    Every chunk goes to all of ``running``: to ``md5``, for the ETag, and to a checksum. That is of ``algorithm``, which
    the request sends; where it sends none, ``algorithm`` is None, and the checksum is of ``default``, if there is one.
    Raises ``InvalidDigest`` for an invalid Content-MD5, and ``InvalidRequest`` for several checksums, an invalid one,
    an unknown algorithm, and a ChecksumAlgorithm that names another one.
    """

    __slots__ = ("_content_md5", "_default", "_sent", "algorithm", "md5", "running")

    def __init__(self, params: Mapping[str, Any], headers: Mapping[str, str], default: Algorithm | None = None) -> None:
        content_md5 = params.get("ContentMD5")
        self._content_md5 = None if content_md5 is None else _digest(content_md5, _MD5_BYTES)
        if content_md5 is not None and self._content_md5 is None:
            fields: dict[str, Any] = {"Content-MD5": content_md5}
            raise S3Error("InvalidDigest", **fields)
        self.algorithm = algorithm = _algorithm(params, headers)
        self._sent: str | None = None if algorithm is None else params.get(algorithm.member)
        self.md5 = hashlib.md5(usedforsecurity=False)
        self._default = default
        computed = algorithm or default
        self.running: tuple[Running, ...] = (self.md5,) if computed is None else (self.md5, computed.new())

    def verify(self, headers: Mapping[str, str]) -> Checksum | None:
        """Compare the digests of the complete body with those that the request sent.

        ``headers`` are the request's, including the trailers by now. Returns the checksum to keep, None if the request
        sent none and there is no default. Raises ``BadDigest``, and ``MalformedTrailerError`` if the announced trailer
        is missing.
        """
        if self._content_md5 is not None and self._content_md5 != self.md5.digest():
            # One in base64, one in hexadecimal: https://github.com/versity/versitygw/issues/2034
            raise S3Error(
                "BadDigest",
                CalculatedDigest=b64encode(self.md5.digest()).decode(),
                ExpectedDigest=self._content_md5.hex(),
            )
        if self.algorithm is None:
            return None if self._default is None else complete(self._default, self.running[1])
        sent, where = self._sent, "header"
        if sent is None:
            sent, where = headers.get(self.algorithm.header), "trailing header"
            if sent is None:  # https://github.com/versity/versitygw/issues/1600
                raise S3Error("MalformedTrailerError")
        return verify(self.algorithm, self.running[1].digest(), sent, where)


def _algorithm(params: Mapping[str, Any], headers: Mapping[str, str]) -> Algorithm | None:
    """Return the algorithm of the checksum in a member or a trailer, None if the request sends no checksum.

    Raises ``InvalidRequest`` as ``Digests`` does.
    """
    algorithm = announced(params)
    trailer = headers.get("x-amz-trailer")
    if trailer:
        if algorithm is not None:  # https://github.com/versity/versitygw/issues/1657
            raise S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header")
        algorithm = _BY_HEADER.get(trailer) or _BY_HEADER.get(trailer.strip().lower())
        if algorithm is None:  # https://github.com/versity/versitygw/issues/1161
            raise S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
    elif algorithm is not None:
        decode(algorithm, params[algorithm.member])
    # ChecksumAlgorithm, in any case, has to agree: https://github.com/versity/versitygw/pull/1118 and issues 1593, 1598
    # and 1659.
    name = params.get("ChecksumAlgorithm")
    if name is not None:
        if algorithm is None:
            raise S3Error(
                "InvalidRequest",
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer "
                "headers were found.",
            )
        if name.upper() != algorithm.name:
            raise S3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")
    # The value of an unknown algorithm: https://github.com/versity/versitygw/issues/1104.
    if algorithm is None and any(is_value(header) and header not in _BY_HEADER for header in headers):
        raise S3Error("InvalidRequest", "The algorithm type you specified in x-amz-checksum- header is invalid.")
    return algorithm


def verify(algorithm: Algorithm, digest: bytes, sent: str, where: str = "header") -> Checksum:
    """Return the checksum with this ``digest``; raise ``BadDigest`` or ``InvalidRequest`` if ``sent`` is another."""
    value = b64encode(digest).decode()
    if sent != value:
        decode(algorithm, sent, where)
        raise S3Error("BadDigest", f"The {algorithm.name} you specified did not match the calculated checksum.")
    return Checksum(algorithm.name, value)


def of(algorithm: Algorithm, chunks: Iterable[bytes]) -> Checksum:
    """Return the checksum of all bytes in ``chunks``."""
    running = algorithm.new()
    for chunk in chunks:
        running.update(chunk)
    return complete(algorithm, running)


def complete(algorithm: Algorithm, running: Running) -> Checksum:
    """Return the checksum that ``running`` has computed."""
    return Checksum(algorithm.name, b64encode(running.digest()).decode())


def named(name: str) -> Algorithm:
    """Return the algorithm that CopyObject or CreateMultipartUpload names in ``x-amz-checksum-algorithm``, in any case.

    Raises ``InvalidRequest`` for an unknown one.
    """
    algorithm = ALGORITHMS.get(name.upper())
    if algorithm is None:
        raise S3Error(  # the list as in versity/versitygw
            "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            f"[{', '.join(sorted(ALGORITHMS))}]",
        )
    return algorithm


def of_upload(params: Mapping[str, Any]) -> tuple[Algorithm, str] | None:
    """Return the algorithm and type of the checksum that CreateMultipartUpload requests, None if it requests none.

    Raises ``InvalidRequest`` for a type without an algorithm, an unknown type or algorithm, and a type that the
    algorithm does not have.
    """
    name, kind = params.get("ChecksumAlgorithm"), params.get("ChecksumType")
    if name is None:
        if kind is not None:  # versity/versitygw, CreateMultipartUpload_empty_checksum_algorithm_with_checksum_type
            raise S3Error(
                "InvalidRequest",
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )
        return None
    algorithm = named(name)
    if kind is None:
        return algorithm, algorithm.types[0]
    kind = kind.upper()  # https://github.com/versity/versitygw/issues/1339
    if kind not in (FULL_OBJECT, COMPOSITE):
        raise S3Error("InvalidRequest", "Value for x-amz-checksum-type header is invalid.")
    if kind not in algorithm.types:
        raise S3Error(
            "InvalidRequest",
            f"The {kind} checksum type cannot be used with the {algorithm.name.lower()} checksum algorithm.",
        )
    return algorithm, kind


def composite(algorithm: Algorithm, values: Iterable[str]) -> Checksum:
    """Return the COMPOSITE checksum of parts with these ``values``: the checksum of their digests, and their number."""
    digests = [b64decode(value) for value in values]
    return Checksum(algorithm.name, f"{of(algorithm, digests).value}-{len(digests)}", COMPOSITE)


def full_object(algorithm: Algorithm, parts: Iterable[tuple[str, int]]) -> Checksum:
    """Return the FULL_OBJECT checksum of parts with these values and sizes, without reading their bytes.

    Raises ``ValueError`` for a hash: only CRCs can be combined.
    """
    if algorithm.crc is None:
        raise ValueError(f"the {algorithm.name}s of parts cannot be combined")
    combine = _model(algorithm.crc).combine
    value = 0
    for part, size in parts:
        value = combine(value, int.from_bytes(b64decode(part), "big"), size)
    return Checksum(algorithm.name, b64encode(value.to_bytes(algorithm.size, "big")).decode())
