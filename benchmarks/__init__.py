"""lifecircle beside its peers on the same work: `make bench`, or `python -m benchmarks`."""
