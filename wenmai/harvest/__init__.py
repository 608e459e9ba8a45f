"""Harvest: brings the records of institutions in, from OAI-PMH servers, folders and uploaded files.

Owns: sources, their runs, what was quarantined and why, uploaded files.
Promises: received = new + changed + unchanged + deleted + duplicate + quarantined, always; a run that is killed goes on
where it was; a second run over unchanged records changes nothing; a page that is not what it should be is never taken
for the end of a list; nothing is deleted on a doubt without a person's word; no address leads into the own network
unless the operator allows it.
Tells: harvest.source_added, harvest.source_changed, harvest.source_closed, harvest.source_reopened, harvest.run_asked,
harvest.run_finished, harvest.run_failed, harvest.run_stopped, harvest.run_paused, harvest.run_decided,
harvest.rejects_pruned.
"""
