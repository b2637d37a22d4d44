"""Backups that hold on either database, and their restoration."""
