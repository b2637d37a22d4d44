"""Numbered pages of long lists, where pages are made."""

from lifecircle.govern.paging import LongList

__all__ = ["LongList"]
