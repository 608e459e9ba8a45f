"""Journeys across modules, on real processes: a node of its own, its own PostgreSQL, killed and damaged on purpose."""
