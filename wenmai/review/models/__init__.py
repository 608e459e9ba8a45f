from wenmai.review.models.cases import Case, Invitation, Opinion, Verdict
from wenmai.review.models.down import TakeDown
from wenmai.review.models.plans import Plan, PlanStep
from wenmai.review.models.samples import Finding, Sample, SampleItem
from wenmai.review.models.words import Hit, ListVersion, WordList

__all__ = [
    "Case",
    "Finding",
    "Hit",
    "Invitation",
    "ListVersion",
    "Opinion",
    "Plan",
    "PlanStep",
    "Sample",
    "SampleItem",
    "TakeDown",
    "Verdict",
    "WordList",
]
