"""The register of personal data made visible and enforced: what is kept and how long, consents, exports, closing.

Owns: when each rule of retention was last enforced. What is declared stands in each module's `personal.py`
(`wenmai.lib.personal` is the register); this reads it (docs/adr/0018).
"""
