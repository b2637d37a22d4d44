"""Compiles kernels, kept on disk where there is a place to keep them."""

from __future__ import annotations

from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel")


def compiled(kernel: Kernel) -> Kernel:
    """Compile ``kernel`` on first use.

    The machine code is kept beside the source or in the user's cache folder; on a read-only
    installation without either it is made anew in each process (about ten seconds).
    """
    jit: Any = njit
    try:
        return cast("Kernel", jit(cache=True, nogil=True)(kernel))
    except RuntimeError:
        return cast("Kernel", jit(nogil=True)(kernel))
