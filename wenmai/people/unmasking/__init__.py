"""Somebody of staff needs a whole telephone: they say what for, see it once, and are written down; the person reads it.

Numbers of documents are never shown whole.
"""
