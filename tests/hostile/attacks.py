"""Files that nobody should open, each small on disk; every function writes one city folder.

Importing the modules enters their attacks.
"""

from __future__ import annotations

from tests.hostile import lying_sizes, maps, texts, workbooks
from tests.hostile.writing import ATTACKS

__all__ = ["ATTACKS", "lying_sizes", "maps", "texts", "workbooks"]
