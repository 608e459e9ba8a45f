"""Surveys: how content those are who attended, asked of a sample that anybody can draw again, answered without a name.

Owns: surveys with their questions, who was drawn and whether they answered, answers and words, what came out.
Promises: nobody is asked with words that the review has not passed, nor a result shown without them (trigger); a draw
and a result stay as they were (trigger); a person answers once (constraints); what somebody answered is joined to them
by nothing that stands in a table: docs/adr/0032.
"""
