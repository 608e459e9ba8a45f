"""Tools of the house: what `make` calls, none of it part of a running node."""
