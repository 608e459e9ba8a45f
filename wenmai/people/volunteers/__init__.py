"""文化志愿者: people who register with an institution, and the hours that they served.

Owns: registrations with their terms, the ledger of service, what was said against an entry, and records that a third
party can check. Promises: the ledger is only added to, an entry is taken back by its counter-entry, nobody serves more
than 24 hours on one day, and the total of a registration is the sum of its entries.
"""
