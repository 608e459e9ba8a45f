"""The public's door: home, search, record and institution pages, `/id/…` in all its answers, reports.

Owns the reports that citizens send in (纠错, 举报); every other fact is asked of its module.
Promises: each page works without script, in each face and mode, in Chinese and English.
Tells: `portal.reported`, `portal.report_closed`, `portal.contact_shown`.
"""
