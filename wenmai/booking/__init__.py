"""Booking: one ledger of scarce things, so that nothing is given away twice and nothing stays empty while people wait.

Owns: pools of counted places with their shares, claims, movements and waiting lists, seats; things that are lent for a
time (rooms, equipment, troupes, teachers, vehicles), their hours and closures, and the stays in them.
Promises: no share gives more than it has and no seat or unit is taken twice (constraints); whoever asks twice with one
key gets one claim; a hold that has run out is counted once and given back once; places that come back go to the
waiting list at once, in order; of several things all are booked or none; a passing over and a preemption are recorded
with their reason. What the subject of a pool is, the module above knows.
Tells: booking.pool_opened, booking.pool_changed, booking.pool_closed, booking.reserved, booking.confirmed,
booking.cancelled, booking.expired, booking.released, booking.waiting_joined, booking.waiting_left, booking.offered,
booking.passed_over; booking.thing_added, booking.thing_changed, booking.thing_retired, booking.hours_set,
booking.days_closed, booking.days_opened, booking.days_as_usual, booking.terms_set, booking.stay_held,
booking.stay_confirmed, booking.stay_cancelled, booking.stay_expired, booking.stay_released, booking.blocked,
booking.preempted.
"""
