"""Activities: what people go to, from the draft to the archive, and who takes part.

Owns: activities with their editions (what the public reads), sessions (when, how many places), enrolments and who comes
with them, draws, what people were told, sessions to be called off, who
came, and which recordings became records of the catalogue.
Promises: what is on show was passed by the review in just these words (constraints); an edition is never changed; a
session moves only as its states allow; a person is in a session once, whoever books them; a place is given by the
ledger of `booking` or not at all; whoever sent a form twice is enrolled once; a draw can be done again by anybody;
nobody is told the same thing twice; a ticket is good once, at whichever door; a session is cancelled by two people.
Hears: review.approved, review.returned, review.refused, review.taken_down, review.restored; booking.offered,
booking.expired, booking.confirmed, booking.cancelled, booking.released, booking.waiting_left, booking.absence_lifted.
Tells: activities.made, activities.changed, activities.submitted, activities.shown, activities.hidden,
activities.sessions_added, activities.session_changed, activities.session_dropped, activities.session_moved_on,
activities.session_moved, activities.session_postponed, activities.session_reopened, activities.cancel_proposed,
activities.cancel_declined, activities.session_cancelled, activities.broadcast_set, activities.broadcast_dropped,
activities.broadcast_signal, activities.calendar_made, activities.calendar_dropped, activities.recording_made,
activities.recording_renewed, activities.recording_taken_back, activities.live_host_added, activities.live_host_dropped,
activities.import_offered, activities.imported, activities.source_scheduled, activities.source_read,
activities.enrolled, activities.waiting, activities.left, activities.refused, activities.draw_announced,
activities.drawn, activities.checked_in, activities.counted, activities.settled, activities.exempted,
activities.marked_absent,
activities.list_taken, activities.list_revoked, activities.list_returned.
"""
