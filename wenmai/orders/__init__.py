"""Orders: what suppliers offer to the stations of a county, from the qualified supplier to the published supply list
and the quotas of its seasons, and the orders of stations until all three sides have agreed,
it has been delivered, and a dispute about it is decided; and the reverse: what a station asks for, what suppliers offer
for it, which one it chooses.

Owns: qualifications of suppliers with their papers and what was decided of them, products with their editions, the
yearly supply lists with what stands in them at which price; seasons with their money, quotas, what opens when, and one
ledger of money and sessions; orders with each of their steps, who is kept free for them, and
what both sides reported of how it was; requests of stations and what was offered for them; which delivered orders were
drawn to be asked about, and what was said (`calling`); what is due for a month, and whether it was paid (`settling`).
Promises: what is on show of a product was passed by the review in just these words (trigger); an edition is never
changed; who qualifies a supplier is not who asked for it; only what is on show, of a supplier who is qualified, comes
into a list; what stands in a published list is ended with a reason, never deleted; money is whole fen;
no account of the ledger is overdrawn, its lines are only added and its balances are their sums; an order takes its
money and its session in one transaction or not at all, goes only by its steps, and never costs more than was agreed;
a report is only added, each kind once by each side; what counts in the end is what both said, what the only one said
that spoke, or what the organiser decided; an offer for a request is read by
nobody else before its deadline;
a settlement is the sum of its lines, each order is settled once, and it takes two people.
Hears: review.approved, review.returned, review.refused, review.taken_down, review.restored;
booking.preempted, booking.stay_released.
Tells: orders.qualification_asked, orders.paper_added, orders.qualification_decided, orders.qualification_ended,
orders.product_written, orders.product_submitted, orders.product_shown, orders.product_hidden, orders.list_made,
orders.list_published, orders.list_closed, orders.offer_set, orders.offer_ended,
orders.season_made, orders.season_changed, orders.budget_set, orders.weights_set, orders.quotas_set,
orders.openings_set, orders.release_added, orders.moved, orders.reported, orders.decided,
orders.request_written, orders.request_moved, orders.bid_said, orders.bid_withdrawn,
orders.calls_drawn, orders.called_back, orders.settlement_moved, orders.settlement_changed.
"""
