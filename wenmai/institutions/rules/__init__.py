"""Decisions on plain values: what a code says, what became of a place, which path a hierarchy gives."""
