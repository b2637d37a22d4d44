"""Registers in Excel: findings, gaps, sites and actions, one sheet each."""
