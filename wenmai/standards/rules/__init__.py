"""Decisions on plain values: does a record follow its profile, what is its grade, which years does a date mean."""

from wenmai.standards.rules.changes import Change, Facet, changes
from wenmai.standards.rules.checks import Problem, check, sentence_of_problem
from wenmai.standards.rules.grades import Grade, Reason, grade, sentence_of_reason
from wenmai.standards.rules.periods import period_code, period_years
from wenmai.standards.rules.profiles import Element, Profile, Thresholds
from wenmai.standards.rules.schema import as_json, schema
from wenmai.standards.rules.values import Entry, Evidence, Family, Label, Plan, Stage, Term, Vocabulary
from wenmai.standards.rules.years import parse_years

__all__ = [
    "Change",
    "Element",
    "Entry",
    "Evidence",
    "Facet",
    "Family",
    "Grade",
    "Label",
    "Plan",
    "Problem",
    "Profile",
    "Reason",
    "Stage",
    "Term",
    "Thresholds",
    "Vocabulary",
    "as_json",
    "changes",
    "check",
    "grade",
    "parse_years",
    "period_code",
    "period_years",
    "schema",
    "sentence_of_problem",
    "sentence_of_reason",
]
