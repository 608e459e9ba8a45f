"""Voices: what people need and what becomes of it, and how content they were.

Owns: needs with those who asked and those who need it too, what they are joined into, decided as, linked to, answered
and asked about again; lines of a purchase plan; files of a hotline (`hotline`); surveys (`surveys`); ratings of
what people really attended, with their comments.
Promises: a need goes only by its steps, is declined or adopted in part for a reason, and counts as answered only once a
reviewed answer stands in public (triggers); a person counts once for a need and rates an attendance once (constraints);
nobody's telephone stands there in plain words. What fulfils a need and what was attended, the module above knows.
Tells: voices.needed, voices.seconded, voices.sorted, voices.joined, voices.parted, voices.assessed, voices.decided,
voices.linked, voices.unlinked, voices.answer_written, voices.answer_shown, voices.answer_hidden, voices.answered,
voices.delivered, voices.called_back, voices.reopened, voices.closed, voices.purchase_planned,
voices.purchase_moved, voices.contact_shown;
voices.hotline_received, voices.hotline_mapped, voices.hotline_dropped, voices.hotline_taken_in, voices.hotline_read;
voices.survey_written, voices.survey_opened, voices.survey_ended, voices.survey_concluded, voices.survey_published,
voices.survey_hidden, voices.survey_down, voices.survey_back;
voices.rated, voices.comment_shown, voices.comment_hidden.
Hears: review.approved, review.taken_down, review.restored.
"""
