"""Booking: one ledger of scarce things, so that nothing is given away twice and nothing stays empty while people wait.

Owns: pools of counted places with their shares, claims, movements and waiting lists, seats; things that are lent for a
time (rooms, equipment, troupes, teachers, vehicles), their hours and closures, and the stays in them; venues: what the
public reads of rooms, and requests from asking to the room left tidy (`venues`); who stayed away or cancelled, what
follows from it and what is said against it (`absences`).
Promises: no share gives more than it has and no seat or unit is taken twice (constraints); whoever asks twice with one
key gets one claim; a hold that has run out is counted once and given back once; places that come back go to the
waiting list at once, in order; of several things all are booked or none; a passing over and a preemption are recorded
with their reason. What the subject of a pool is, the module above knows.
Tells: booking.pool_opened, booking.pool_changed, booking.pool_closed, booking.reserved, booking.confirmed,
booking.cancelled, booking.expired, booking.released, booking.waiting_joined, booking.waiting_left, booking.offered,
booking.passed_over; booking.thing_added, booking.thing_changed, booking.thing_retired, booking.hours_set,
booking.days_closed, booking.days_opened, booking.days_as_usual, booking.stay_held,
booking.stay_confirmed, booking.stay_cancelled, booking.stay_expired, booking.stay_released, booking.blocked,
booking.preempted;
booking.venue_written, booking.venue_shown, booking.venue_hidden, booking.venue_asked,
booking.venue_answered, booking.venue_cancelled, booking.venue_moved, booking.venue_gave_way, booking.venue_entered,
booking.venue_left, booking.venue_finished, booking.venue_damaged, booking.venue_settled, booking.venue_missed,
booking.venue_paid;
booking.absences_noted, booking.paused, booking.absence_lifted, booking.absence_appealed, booking.appeal_decided.
Hears: review.approved, review.taken_down, review.restored, booking.preempted, booking.stay_released.
"""
