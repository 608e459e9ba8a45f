"""Wenmai 文脉: a node of a country's public digital culture. The ladder of modules stands in pyproject.toml."""

__version__ = "0.1.0"
