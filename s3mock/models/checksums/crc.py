"""The arithmetic of cyclic redundancy checks that Python does not bring along: joining two of them, and CRC64NVME.

A reflected CRC is a polynomial over GF(2) whose highest bit is the coefficient of x^0. All that S3 uses begin with ones
and are inverted at the end, so the CRC of A + B is CRC(A) moved on by the length of B, plus CRC(B).
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

CrcFunction = Callable[[bytes, int], int]


class Polynomial(NamedTuple):
    """A generator polynomial: its reflected coefficients without the highest, and its degree."""

    coefficients: int
    degree: int


CRC32 = Polynomial(0xEDB88320, 32)
CRC32C = Polynomial(0x82F63B78, 32)
CRC64NVME = Polynomial(0x9A6C9329AC4BC9B5, 64)


def combine(polynomial: Polynomial, first: int, second: int, length: int) -> int:
    """Return the CRC of two texts in a row, of which the second has ``length`` bytes, from the CRCs of both."""
    return _multiply(polynomial, _power_of_x(polynomial, 8 * length), first) ^ second


def _multiply(polynomial: Polynomial, a: int, b: int) -> int:
    product = 0
    coefficient = 1 << (polynomial.degree - 1)
    while a:
        if a & coefficient:
            product ^= b
            a ^= coefficient
        b = (b >> 1) ^ polynomial.coefficients if b & 1 else b >> 1
        coefficient >>= 1
    return product


@lru_cache(maxsize=256)  # the parts of an upload mostly have the same length
def _power_of_x(polynomial: Polynomial, exponent: int) -> int:
    power = 1 << (polynomial.degree - 1)
    square = 1 << (polynomial.degree - 2)
    while exponent:
        if exponent & 1:
            power = _multiply(polynomial, power, square)
        square = _multiply(polynomial, square, square)
        exponent >>= 1
    return power


def crc64nvme(data: bytes, value: int = 0) -> int:
    """Return the CRC64NVME of ``data``, going on from that of what came before.

    It takes eight bytes a step, and so some 15 MB a second.
    """
    t0, t1, t2, t3, t4, t5, t6, t7 = _tables()
    crc = value ^ 0xFFFFFFFFFFFFFFFF
    words = len(data) // 8
    for (word,) in struct.iter_unpack("<Q", data[: 8 * words]):
        crc ^= word
        crc = (
            t7[crc & 0xFF]
            ^ t6[crc >> 8 & 0xFF]
            ^ t5[crc >> 16 & 0xFF]
            ^ t4[crc >> 24 & 0xFF]
            ^ t3[crc >> 32 & 0xFF]
            ^ t2[crc >> 40 & 0xFF]
            ^ t1[crc >> 48 & 0xFF]
            ^ t0[crc >> 56]
        )
    for byte in data[8 * words :]:
        crc = t0[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFFFFFFFFFF


@lru_cache(maxsize=1)
def _tables() -> list[list[int]]:
    """Return what a byte adds to the CRC when it is followed by 0, 1, ... 7 others."""
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ CRC64NVME.coefficients if crc & 1 else crc >> 1
        table.append(crc)
    tables = [table]
    for _ in range(7):
        tables.append([table[crc & 0xFF] ^ crc >> 8 for crc in tables[-1]])
    return tables
