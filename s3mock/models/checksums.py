"""The checksums of S3: which there are, what a request announces, and what is kept of them.

An algorithm is announced before the body (by the header of its value, or by ``x-amz-trailer``) and its value is known
after the body at the latest, so there are two steps: ``Digests`` begins, ``Digests.verify`` ends.
"""

from __future__ import annotations

import hashlib
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Protocol

from s3mock.errors import S3Error

FULL_OBJECT = "FULL_OBJECT"
COMPOSITE = "COMPOSITE"

_MD5_BYTES = 16


class Running(Protocol):
    """A checksum while the bytes pass by; hashlib's objects are such."""

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""

    def digest(self) -> bytes:
        """Return the checksum of the bytes so far."""


class RunningCrc:
    """A CRC of ``size`` bytes while the bytes pass by; ``function`` returns the CRC of more bytes after a CRC."""

    __slots__ = ("_function", "_size", "_value")

    def __init__(self, function: Callable[[bytes, int], int], size: int) -> None:
        self._function = function
        self._size = size
        self._value = 0

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        self._value = self._function(data, self._value)

    def digest(self) -> bytes:
        """Return the CRC of the bytes so far, the highest byte first."""
        return self._value.to_bytes(self._size, "big")


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One algorithm of S3.

    ``size`` is the bytes of its digest, ``new`` begins one; ``types`` are those that a multipart upload may have, the
    default first; ``crc`` is a CRC's name in anycrc, None for a hash. ``member`` and ``header`` carry its value.
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


# The packages below are imported on first use: most tests need none of them.
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
# and the XXHASHes as versity/versitygw has them (pull 2102).
ALGORITHMS: dict[str, Algorithm] = {
    algorithm.name: algorithm
    for algorithm in (
        Algorithm("CRC32", 4, lambda: RunningCrc(zlib.crc32, 4), (COMPOSITE, FULL_OBJECT), "CRC32"),
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

NO_VALUES = frozenset({"x-amz-checksum-algorithm", "x-amz-checksum-mode", "x-amz-checksum-type"})
"""Headers that look as if they had the value of a checksum, and have none."""

_BY_MEMBER = {algorithm.member: algorithm for algorithm in ALGORITHMS.values()}
_BY_HEADER = {algorithm.header: algorithm for algorithm in ALGORITHMS.values()}


@dataclass(frozen=True, slots=True)
class Checksum:
    """What S3 keeps of a checksum: the algorithm's name, the value in base64, its type (of all bytes or of parts)."""

    algorithm: str
    value: str
    type: str = FULL_OBJECT

    @property
    def member(self) -> str:
        """The member of an answer that holds the value: ``ChecksumCRC32``."""
        return ALGORITHMS[self.algorithm].member

    @property
    def members(self) -> dict[str, str]:
        """The members of an answer that tell of this checksum."""
        return {self.member: self.value, "ChecksumType": self.type}


def announced(params: Mapping[str, Any]) -> Algorithm | None:
    """Return the algorithm whose value is a member of the request, None for none; raise InvalidRequest for several."""
    found = [algorithm for member, algorithm in _BY_MEMBER.items() if member in params]
    if len(found) > 1:
        raise S3Error(
            "InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    return found[0] if found else None


def algorithm_of(params: Mapping[str, Any], trailer: str | None = None) -> Algorithm | None:
    """Return the algorithm whose value the request sends, or None where it sends none.

    The value is a member (``ChecksumCRC32``), or comes after the body, as ``trailer``, the text of ``x-amz-trailer``,
    says.
    Raises ``InvalidRequest`` for several, for a value that is none, and where ``ChecksumAlgorithm`` says otherwise.
    """
    algorithm = announced(params)
    if trailer:
        if algorithm is not None:  # https://github.com/versity/versitygw/issues/1657
            raise S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header")
        algorithm = _of_trailer(trailer)
    elif algorithm is not None:
        decode(algorithm, params[algorithm.member])
    asked = params.get("ChecksumAlgorithm")
    if asked is not None and (algorithm is None or asked != algorithm.name):
        _check_asked(asked.upper(), algorithm)
    return algorithm


def _of_trailer(trailer: str) -> Algorithm:
    algorithm = _BY_HEADER.get(trailer) or _BY_HEADER.get(trailer.strip().lower())
    if algorithm is None:
        # https://github.com/versity/versitygw/issues/1161
        raise S3Error("InvalidRequest", "The value specified in the x-amz-trailer header is not supported")
    return algorithm


def _check_names(headers: Mapping[str, str]) -> None:
    """Refuse the value of an algorithm that S3 does not know (https://github.com/versity/versitygw/issues/1104)."""
    if any(is_value(name) and name not in _BY_HEADER for name in headers):
        raise S3Error("InvalidRequest", "The algorithm type you specified in x-amz-checksum- header is invalid.")


def is_value(header: str) -> bool:
    """Tell whether a header is called as those are that have the value of a checksum."""
    return header.startswith("x-amz-checksum-") and header not in NO_VALUES


def _check_asked(asked: str, algorithm: Algorithm | None) -> None:
    """Compare what ``ChecksumAlgorithm`` asks for, whose case is free, with what is sent.

    Evidence: https://github.com/versity/versitygw/pull/1118 and issues 1593, 1598 and 1659.
    """
    if algorithm is None:
        raise S3Error(
            "InvalidRequest",
            "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers "
            "were found.",
        )
    if asked != algorithm.name:
        raise S3Error("InvalidRequest", "Value for x-amz-sdk-checksum-algorithm header is invalid.")


def decode(algorithm: Algorithm, value: str, what: str = "header") -> bytes:
    """Return the digest that ``value`` spells in base64; raise ``InvalidRequest`` where it spells none of this kind.

    ``what`` it is, a "header" or a "trailing header", is said (https://github.com/versity/versitygw/issues/1692).
    """
    digest = _from_base64(value)
    if digest is None or len(digest) != algorithm.size:
        raise S3Error("InvalidRequest", f"Value for {algorithm.header} {what} is invalid.")
    return digest


def is_digest(algorithm: Algorithm, value: str) -> bool:
    """Tell whether ``value`` spells a digest of this kind in base64."""
    digest = _from_base64(value)
    return digest is not None and len(digest) == algorithm.size


def _from_base64(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return None


class Digests:
    """The digests of one body on its way in.

    ``running`` are to be updated with every chunk. ``md5`` is always among them, for the ETag; ``algorithm`` is what
    the request announced, None for nothing. ``headers`` are the request's. Raises what ``algorithm_of`` raises, and
    ``InvalidDigest`` for a Content-MD5 that is none.
    """

    __slots__ = ("_content_md5", "_sent", "algorithm", "md5", "running")

    def __init__(self, params: Mapping[str, Any], headers: Mapping[str, str]) -> None:
        content_md5 = params.get("ContentMD5")
        self._content_md5 = None if content_md5 is None else decode_md5(content_md5)
        self.algorithm = algorithm = algorithm_of(params, headers.get("x-amz-trailer"))
        if algorithm is None:
            _check_names(headers)
        self._sent: str | None = None if algorithm is None else params.get(algorithm.member)
        self.md5 = hashlib.md5(usedforsecurity=False)
        self.running: tuple[Running, ...] = (self.md5,) if algorithm is None else (self.md5, algorithm.new())

    def verify(self, headers: Mapping[str, str]) -> Checksum | None:
        """Compare the digests of the body, now read, with what the request said.

        ``headers`` are the request's, to which the trailers have been joined. Return the checksum to keep, None where
        none was announced. Raises ``BadDigest``; ``MalformedTrailerError`` where the announced trailer did not come.
        """
        if self._content_md5 is not None:
            verify_md5(self._content_md5, self.md5.digest())
        if self.algorithm is None:
            return None
        sent, what = self._sent, "header"
        if sent is None:
            sent, what = headers.get(self.algorithm.header), "trailing header"
            if sent is None:  # https://github.com/versity/versitygw/issues/1600
                raise S3Error("MalformedTrailerError")
        return verify(self.algorithm, self.running[1].digest(), sent, what)


def verify(algorithm: Algorithm, digest: bytes, sent: str, what: str = "header") -> Checksum:
    """Return the checksum that ``digest`` makes; raise ``BadDigest`` or ``InvalidRequest`` if ``sent`` is another."""
    value = b64encode(digest).decode()
    if sent != value:
        decode(algorithm, sent, what)
        raise S3Error("BadDigest", f"The {algorithm.name} you specified did not match the calculated checksum.")
    return Checksum(algorithm.name, value)


def decode_md5(value: str) -> bytes:
    """Return the digest that a Content-MD5 spells in base64; raise ``InvalidDigest`` where it spells none."""
    digest = _from_base64(value)
    if digest is None or len(digest) != _MD5_BYTES:
        fields: dict[str, Any] = {"Content-MD5": value}
        raise S3Error("InvalidDigest", **fields)
    return digest


def verify_md5(expected: bytes, digest: bytes) -> None:
    """Raise ``BadDigest`` unless the body's MD5 is what Content-MD5 said."""
    if expected != digest:
        # One in base64, one in hexadecimal: https://github.com/versity/versitygw/issues/2034
        raise S3Error(
            "BadDigest",
            CalculatedDigest=b64encode(digest).decode(),
            ExpectedDigest=expected.hex(),
        )


def of(algorithm: Algorithm, chunks: Iterable[bytes]) -> Checksum:
    """Return the checksum of all bytes of ``chunks``."""
    running = algorithm.new()
    for chunk in chunks:
        running.update(chunk)
    return Checksum(algorithm.name, b64encode(running.digest()).decode())


def named(name: str) -> Algorithm:
    """Return the algorithm that ``x-amz-checksum-algorithm`` of CopyObject or CreateMultipartUpload names, in any case.

    Raises ``InvalidRequest`` where there is none such.
    """
    algorithm = ALGORITHMS.get(name.upper())
    if algorithm is None:
        raise S3Error(  # the list as versity/versitygw has it
            "InvalidRequest",
            "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
            f"[{', '.join(sorted(ALGORITHMS))}]",
        )
    return algorithm


def of_upload(params: Mapping[str, Any]) -> tuple[Algorithm, str] | None:
    """Return algorithm and type of the checksum that CreateMultipartUpload asks for, or None.

    Raises ``InvalidRequest`` for a type without an algorithm, for an unknown one of either, and for two that do not go
    together.
    """
    name, wanted = params.get("ChecksumAlgorithm"), params.get("ChecksumType")
    if name is None:
        if wanted is not None:  # The wording is assumed.
            raise S3Error(
                "InvalidRequest",
                "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
            )
        return None
    algorithm = named(name)
    if wanted is None:
        return algorithm, algorithm.types[0]
    kind = wanted.upper()  # https://github.com/versity/versitygw/issues/1339
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
    running = algorithm.new()
    running.update(b"".join(digests))
    return Checksum(algorithm.name, f"{b64encode(running.digest()).decode()}-{len(digests)}", COMPOSITE)


def full_object(algorithm: Algorithm, parts: Iterable[tuple[str, int]]) -> Checksum:
    """Return the FULL_OBJECT checksum of parts that have these values and sizes, without reading a byte of them.

    Only a CRC can be joined so.
    """
    if algorithm.crc is None:
        raise ValueError(f"{algorithm.name} cannot be joined")
    combine = _model(algorithm.crc).combine
    value = 0
    for part, size in parts:
        value = combine(value, int.from_bytes(b64decode(part), "big"), size)
    return Checksum(algorithm.name, b64encode(value.to_bytes(algorithm.size, "big")).decode())
