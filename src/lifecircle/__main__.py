"""Run the command as ``python -m lifecircle``."""

from lifecircle.cli.main import run

if __name__ == "__main__":
    run()
