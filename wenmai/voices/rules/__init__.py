"""Decisions on plain values: steps, words, what is alike, what fulfils a need."""
