"""Whole numbers as text that a script may hold: zigzag varints, seven bits a byte, in base64.

The text depends on the numbers alone: no compressor, whose versions differ, has a part in it.
"""

from __future__ import annotations

import base64

import numpy as np
import numpy.typing as npt

LARGEST = 2**30
"""Beyond this a page's 32-bit shifts would lose the sign."""


def packed(values: npt.ArrayLike) -> str:
    """Return whole numbers (n,) as text; raises ValueError for one beyond `LARGEST`."""
    whole = np.asarray(values, dtype=np.int64).ravel()
    if len(whole) and int(np.abs(whole).max()) >= LARGEST:
        raise ValueError(f"{int(np.abs(whole).max())} is too large for a page")
    left = ((whole << 1) ^ (whole >> 63)).astype(np.uint64)
    size = np.ones(len(left), dtype=np.int64)
    for bits in (7, 14, 21, 28):
        size += left >= np.uint64(1 << bits)
    begin = np.concatenate([[0], np.cumsum(size)])
    out = np.zeros(int(begin[-1]), dtype=np.uint8)
    for place in range(5):
        some = size > place
        more = np.where(size[some] > place + 1, 128, 0).astype(np.uint64)
        out[begin[:-1][some] + place] = (left[some] & np.uint64(127)) | more
        left = left >> np.uint64(7)
    return base64.b64encode(out.tobytes()).decode("ascii")


def steps(values: npt.ArrayLike) -> str:
    """Return whole numbers (n,) as their differences, the first from nought, as `packed` does."""
    return packed(np.diff(np.asarray(values, dtype=np.int64).ravel(), prepend=0))


def millimetres(metres: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return metres in whole millimetres, the finest that plane coordinates are kept to."""
    return np.rint(np.asarray(metres, dtype=np.float64) * 1000.0).astype(np.int64)
