"""Programs take places for people: activities and venues under /api/v1/my, by the token of an app that somebody agreed
to.

Nothing is decided here: the same services as the pages' say yes or no, and their refusals get a status and a sentence.
"""
