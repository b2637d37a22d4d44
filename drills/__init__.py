"""Drills of the platform: load, kills, restoration; run by `make drill`, beside the tests.

Traffic goes to 127.0.0.1 only, is bounded in count and time and stops by itself.
"""
