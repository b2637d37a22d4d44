"""The walking engine: a network from arrays, points snapped to it, nearest facilities in seconds.

Nothing here knows files of the outside, facilities or policy.
"""
