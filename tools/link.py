"""Makes the checkout importable in its virtual environment, and gives it a `lifecircle` command.

An editable install writes the folder's absolute name into the environment, which breaks under
LC_ALL=C when the name is Chinese, and a console script cannot stand in a path with a space. A
relative line and a shell script have neither trouble.
"""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGES = Path(sysconfig.get_path("purelib"))
COMMAND = '#!/bin/sh\nexec "$(dirname "$0")/python" -m lifecircle "$@"\n'


def main() -> None:
    """Write both."""
    source = os.path.relpath(ROOT / "src", PACKAGES)
    (PACKAGES / "lifecircle-checkout.pth").write_text(f"{source}\n", encoding="ascii")
    command = Path(sysconfig.get_path("scripts")) / "lifecircle"
    command.write_text(COMMAND, encoding="ascii")
    command.chmod(0o755)


if __name__ == "__main__":
    main()
