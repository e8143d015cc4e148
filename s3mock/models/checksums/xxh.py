"""XXH64, XXH3 with 64 bits and XXH3 with 128 bits, for where the package ``xxhash`` is not installed.

After the description in https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, which has the constants' names,
without a seed. They take some 20 MB a second, so that an input may as well be kept until its digest is asked for.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

_WORD, _HALF = (1 << 64) - 1, (1 << 32) - 1

P32_1, P32_2, P32_3 = 0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D
P64_1, P64_2, P64_3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
P64_4, P64_5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
PRIME_MX1, PRIME_MX2 = 0x165667919E3779F9, 0x9FB21C651E98DF25

SECRET = bytes.fromhex(
    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671fcb79e64eccc0e578825ad07dccff7221"
    "b8084674f743248ee03590e6813a264c3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
    "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364eac5ac8334d3ebc3c581a0fffa1363eb"
    "170ddd51b7f0da49d316552629d4689e2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e"
)
_STRIPE = 64
_STRIPES = (len(SECRET) - _STRIPE) // 8  # of one block


class Xxh:
    """A hash while the bytes pass by, of ``function`` and so with ``size`` bytes."""

    __slots__ = ("_chunks", "_function", "_size")

    def __init__(self, function: Callable[[bytes], int], size: int) -> None:
        self._function = function
        self._size = size
        self._chunks: list[bytes] = []

    def update(self, data: bytes, /) -> None:
        """Take the next bytes."""
        self._chunks.append(data)

    def digest(self) -> bytes:
        """Return the hash of the bytes so far, the highest byte first."""
        self._chunks = [b"".join(self._chunks)]
        return self._function(self._chunks[0]).to_bytes(self._size, "big")


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _half(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _rotated(word: int, bits: int) -> int:
    return (word << bits | word >> (64 - bits)) & _WORD


def _avalanche64(word: int) -> int:
    word = (word ^ word >> 33) * P64_2 & _WORD
    word = (word ^ word >> 29) * P64_3 & _WORD
    return word ^ word >> 32


def _avalanche(word: int) -> int:
    word = (word ^ word >> 37) * PRIME_MX1 & _WORD
    return word ^ word >> 32


def _swapped(word: int, size: int = 8) -> int:
    return int.from_bytes(word.to_bytes(size, "little"), "big")


def _round(lane: int, word: int) -> int:
    return _rotated((lane + word * P64_2) & _WORD, 31) * P64_1 & _WORD


def xxh64(data: bytes) -> int:
    """Return the XXH64 of ``data``."""
    done = len(data) // 32 * 32
    if done:
        a, b, c, d = (P64_1 + P64_2) & _WORD, P64_2, 0, -P64_1 & _WORD
        for one, two, three, four in struct.iter_unpack("<4Q", data[:done]):
            a, b, c, d = _round(a, one), _round(b, two), _round(c, three), _round(d, four)
        value = _rotated(a, 1) + _rotated(b, 7) + _rotated(c, 12) + _rotated(d, 18)
        for lane in (a, b, c, d):
            value = ((value ^ _round(0, lane)) * P64_1 + P64_4) & _WORD
    else:
        value = P64_5
    value = (value + len(data)) & _WORD
    for at in range(done, len(data) - 7, 8):
        value = (_rotated(value ^ _round(0, _word(data, at)), 27) * P64_1 + P64_4) & _WORD
    done = len(data) // 8 * 8
    if len(data) & 4:
        value = (_rotated(value ^ _half(data, done) * P64_1 & _WORD, 23) * P64_2 + P64_3) & _WORD
        done += 4
    for byte in data[done:]:
        value = _rotated(value ^ byte * P64_5 & _WORD, 11) * P64_1 & _WORD
    return _avalanche64(value)


def _folded(one: int, two: int) -> int:
    product = one * two
    return product & _WORD ^ product >> 64


def _mixed(data: bytes, at: int, secret: int) -> int:
    return _folded(_word(data, at) ^ _word(SECRET, secret), _word(data, at + 8) ^ _word(SECRET, secret + 8))


def _flip(*at: int) -> int:
    return _word(SECRET, at[0]) ^ _word(SECRET, at[1])


def _three_bytes(data: bytes) -> int:
    size = len(data)
    return data[0] << 16 | data[size >> 1] << 24 | data[-1] | size << 8


def xxh3_64(data: bytes) -> int:
    """Return the XXH3 of ``data`` with 64 bits."""
    size = len(data)
    if size > 240:
        return _merged(_lanes(data), 11, size * P64_1)
    if size > 16:
        return _middle_64(data)
    if size > 8:
        low, high = _word(data, 0) ^ _flip(24, 32), _word(data, size - 8) ^ _flip(40, 48)
        return _avalanche((size + _swapped(low) + high + _folded(low, high)) & _WORD)
    if size > 3:
        value = (_half(data, size - 4) + (_half(data, 0) << 32)) ^ _flip(8, 16)
        value = (value ^ _rotated(value, 49) ^ _rotated(value, 24)) * PRIME_MX2 & _WORD
        value = (value ^ (value >> 35) + size) * PRIME_MX2 & _WORD
        return value ^ value >> 28
    return _avalanche64(_three_bytes(data) ^ _half(SECRET, 0) ^ _half(SECRET, 4) if size else _flip(56, 64))


def _middle_64(data: bytes) -> int:
    size = len(data)
    value = size * P64_1
    if size <= 128:
        for at in range(0, (size - 1) // 32 * 16 + 1, 16):
            value += _mixed(data, at, 2 * at) + _mixed(data, size - 16 - at, 2 * at + 16)
    else:
        value = _avalanche((value + sum(_mixed(data, at, at) for at in range(0, 128, 16))) & _WORD)
        value += sum(_mixed(data, at, at - 125) for at in range(128, size - 15, 16)) + _mixed(data, size - 16, 119)
    return _avalanche(value & _WORD)


def xxh3_128(data: bytes) -> int:
    """Return the XXH3 of ``data`` with 128 bits."""
    size = len(data)
    if size > 240:
        lanes = _lanes(data)
        low, high = _merged(lanes, 11, size * P64_1), _merged(lanes, 117, ~(size * P64_2))
    elif size > 16:
        low, high = _middle_128(data)
    elif size > 8:
        first, last = _word(data, 0), _word(data, size - 8)
        product = (first ^ last ^ _flip(32, 40)) * P64_1 + ((size - 1) << 54 & _WORD)
        low, high = product & _WORD, (first ^ last ^ _flip(32, 40)) * P64_1 >> 64
        last ^= _flip(48, 56)
        high = (high + last + (last & _HALF) * (P32_2 - 1)) & _WORD
        product = (low ^ _swapped(high)) * P64_2
        low, high = _avalanche(product & _WORD), _avalanche(((product >> 64) + high * P64_2) & _WORD)
    elif size > 3:
        value = (_half(data, 0) + (_half(data, size - 4) << 32)) ^ _flip(16, 24)
        product = value * (P64_1 + (size << 2))
        low, high = product & _WORD, product >> 64
        high = (high + (low << 1)) & _WORD
        low ^= high >> 3
        low = (low ^ low >> 35) * PRIME_MX2 & _WORD
        low, high = low ^ low >> 28, _avalanche(high)
    elif size:
        value = _three_bytes(data)
        turned = _swapped(value, 4)
        turned = (turned << 13 | turned >> 19) & _HALF
        low = _avalanche64(value ^ _half(SECRET, 0) ^ _half(SECRET, 4))
        high = _avalanche64(turned ^ _half(SECRET, 8) ^ _half(SECRET, 12))
    else:
        low, high = _avalanche64(_flip(64, 72)), _avalanche64(_flip(80, 88))
    return high << 64 | low


def _middle_128(data: bytes) -> tuple[int, int]:
    """Return both words of the XXH3 of 17 to 240 bytes."""
    size = len(data)
    low, high = size * P64_1 & _WORD, 0
    for one, two, secret in _pairs(size):
        if secret < 0:
            low, high = _avalanche(low), _avalanche(high)
            continue
        low = (low + _mixed(data, one, secret)) & _WORD
        low ^= (_word(data, two) + _word(data, two + 8)) & _WORD
        high = (high + _mixed(data, two, secret + 16)) & _WORD
        high ^= (_word(data, one) + _word(data, one + 8)) & _WORD
    total = low * P64_1 + high * P64_4 + size * P64_2
    return _avalanche((low + high) & _WORD), -_avalanche(total & _WORD) & _WORD


def _pairs(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield where to mix what with which part of the secret; a negative one stands for an avalanche between."""
    if size <= 128:
        for at in range((size - 1) // 32 * 16, -1, -16):
            yield at, size - 16 - at, 2 * at
        return
    for at in range(0, 128, 32):
        yield at, at + 16, at
    yield 0, 0, -1
    for at in range(128, size - 31, 32):
        yield at, at + 16, at - 125
    yield size - 16, size - 32, 103


def _lanes(data: bytes) -> list[int]:
    """Return the eight accumulators after more than 240 bytes."""
    lanes = [P32_3, P64_1, P64_2, P64_3, P64_4, P32_2, P64_5, P32_1]
    keys = [struct.unpack_from("<8Q", SECRET, 8 * number) for number in range(_STRIPES)]
    scramble = struct.unpack_from("<8Q", SECRET, len(SECRET) - _STRIPE)
    # The last stripe is taken from the end, whatever the others have taken of it.
    stripes = struct.iter_unpack("<8Q", data[: (len(data) - 1) // _STRIPE * _STRIPE])
    for number, stripe in enumerate(stripes, 1):
        _accumulate(lanes, stripe, keys[(number - 1) % _STRIPES])
        if number % _STRIPES == 0:
            for lane, key in enumerate(scramble):
                value = lanes[lane] & _WORD
                lanes[lane] = (value ^ value >> 47 ^ key) * P32_1 & _WORD
    _accumulate(lanes, struct.unpack_from("<8Q", data, len(data) - _STRIPE), struct.unpack_from("<8Q", SECRET, 121))
    return lanes


def _accumulate(lanes: list[int], stripe: tuple[int, ...], keys: tuple[int, ...]) -> None:
    for number in range(8):
        word = stripe[number]
        key = word ^ keys[number]
        lanes[number ^ 1] += word
        lanes[number] = (lanes[number] + (key & _HALF) * (key >> 32)) & _WORD


def _merged(lanes: list[int], secret: int, value: int) -> int:
    for number in range(0, 8, 2):
        one, two = lanes[number] & _WORD, lanes[number + 1] & _WORD
        value += _folded(one ^ _word(SECRET, secret + 8 * number), two ^ _word(SECRET, secret + 8 * number + 8))
    return _avalanche(value & _WORD)


FUNCTIONS: dict[str, tuple[Callable[[bytes], int], int]] = {
    "xxh64": (xxh64, 8),
    "xxh3_64": (xxh3_64, 8),
    "xxh3_128": (xxh3_128, 16),
}
"""The functions by their names in the package, and how many bytes they give."""
