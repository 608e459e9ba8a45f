"""Citations of a record: GB/T 7714, BibTeX, RIS, CSL-JSON."""

from wenmai.portal.rules.citations.csl import csl_json
from wenmai.portal.rules.citations.exchange import bibtex, embedded, ris
from wenmai.portal.rules.citations.gbt7714 import gbt7714
from wenmai.portal.rules.citations.source import Source

__all__ = ["Source", "bibtex", "csl_json", "embedded", "gbt7714", "ris"]
