"""Catalogue: the union catalogue 总目录: records of every institution, described to one profile, found in one place.

Owns: feeds (streams of one institution's records), records with a version per change and the raw bytes of each, works,
parts, holdings, attachments, approvals, withdrawals and re-gradings.
Hears: review.approved, review.taken_down, review.restored.
Promises: in = new + changed + unchanged + deleted + duplicate + refused; raw bytes are kept as they came; every value
names its source field; what is shown is the version that was approved, by its hash; a withdrawn record is gone from
portal, search, API and OAI in seconds and comes back whole; a deletion leaves a tombstone; grades follow the profile
versions that count, and say by which they are.
Tells: catalogue.taken_in, catalogue.forgotten, catalogue.approved, catalogue.withdrawn,
catalogue.restored, catalogue.attached, catalogue.detached, catalogue.file_approved, catalogue.file_refused,
catalogue.feed_created, catalogue.feed_changed, catalogue.feed_closed, catalogue.feed_reopened, catalogue.mended,
catalogue.regrading_begun, catalogue.regraded, catalogue.regrading_finished.
"""
