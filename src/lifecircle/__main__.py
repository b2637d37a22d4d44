"""Run the command as ``python -m lifecircle``."""

import sys

if __name__ == "__main__":
    try:
        from lifecircle.cli.main import run
    except KeyboardInterrupt:
        sys.exit(130)
    run()
