"""The tests. What stands here is done before anything else is imported."""

import gc
import os

# As the command does (src/lifecircle/cli/main.py): thousands of items and modules live to the end
# of the run, and nobody multiplies matrices.
gc.set_threshold(200_000, 20, 50)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
