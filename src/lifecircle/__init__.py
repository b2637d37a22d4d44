"""lifecircle 生活圈: community service facilities and the 15-minute life circle of a city."""

__version__ = "0.1.0"
