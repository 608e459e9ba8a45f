"""Decisions on bytes: what a file is, how big, how long, and whether it may be kept."""
