from wenmai.voices.surveys.services.answering import MOST_WAIT, answer, answer_open
from wenmai.voices.surveys.services.inviting import JOB, invite, link_code, remind_due
from wenmai.voices.surveys.services.steps import (
    conclude,
    end_due,
    end_survey,
    follow_review,
    hear,
    hide_survey,
    open_survey,
    publish_survey,
    write_survey,
)

__all__ = [
    "JOB",
    "MOST_WAIT",
    "answer",
    "answer_open",
    "conclude",
    "end_due",
    "end_survey",
    "follow_review",
    "hear",
    "hide_survey",
    "invite",
    "link_code",
    "open_survey",
    "publish_survey",
    "remind_due",
    "write_survey",
]
