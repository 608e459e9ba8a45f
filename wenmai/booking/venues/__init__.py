"""Venues: rooms that the public can see and ask for, from the request to the room left tidy.

A venue is a thing with a face: what the review has passed is what is shown. A request has a stay of the thing; what
becomes of it are the steps of `rules.steps`.
"""
