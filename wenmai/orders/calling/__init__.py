"""Call-backs: a share of each month's delivered orders is drawn, and its stations are asked by telephone how it was.

A draw is that of the sampling inspection, with its seed shown; what a station says is only added, and is said once.
What does not fit becomes a dispute of the order while there is time for one, and is listed afterwards.
"""
