"""Settlements: what an organiser owes a supplier for a month, from the first draft to the noted payment.

What is due of an order stands in one settlement only; the sum is that of its lines; who drew it up neither agrees to
it for the supplier nor notes that it was paid.
"""
