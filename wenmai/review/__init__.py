"""Review: the engine that every published thing passes; blind to its subject.

Owns: plans (the steps of an institution and kind), cases (one subject with one content hash on its way), opinions,
take-downs, word lists and their hits, links for reviewers from outside.
Promises: the steps of a case are passed one after the other by different people, none of them the author; an opinion is
never changed; one open case for a subject; what stands was passed in all steps by its hash; another hash begins anew;
a take-down holds until two people have lifted it; hits of word lists inform and block nothing.
Tells: review.submitted, review.passed, review.approved, review.returned, review.refused, review.superseded,
review.taken_down, review.restore_proposed, review.restore_declined, review.restored, review.invited,
review.invitation_revoked, review.plan_changed, review.list_made, review.list_renewed, review.list_activated,
review.list_retired.
"""
