"""Uses are counted without persons (ADR 10)."""

IMPERSONAL = {
    "usage.Entry": "at id kind subject_kind subject_key organisation_id",
    "usage.DailyCount": "day kind subject_kind subject_key organisation_id",
    "usage.DailyTotal": "day kind organisation_id",
    "usage.Watermark": "id rolled_until",
}
