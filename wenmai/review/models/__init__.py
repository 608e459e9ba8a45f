from wenmai.review.models.cases import Case, Invitation, Opinion, Verdict
from wenmai.review.models.down import TakeDown
from wenmai.review.models.plans import Plan, PlanStep
from wenmai.review.models.words import Hit, ListVersion, WordList

__all__ = [
    "Case",
    "Hit",
    "Invitation",
    "ListVersion",
    "Opinion",
    "Plan",
    "PlanStep",
    "TakeDown",
    "Verdict",
    "WordList",
]
