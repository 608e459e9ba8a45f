"""People: accounts, how they come in, and what they may do. Fills `request.actor`.

Owns: users with their sealed telephones, codes by SMS, secrets of second factors, real-name identities, grants (role
× organisation subtree × region subtree), reader cards and the systems that know them; in `provider`, apps that our
people log in to; in `upstreams`, logins of others that lead in here; in
`families`, children, guardians and their consents. The steps of a login, factors,
passkeys and sessions are django-allauth's tables.
Promises: a grant never reaches outside its two subtrees; a switched-off account has no grants, and none works before
a first password is replaced; nobody gives what they have not got; whoever goes, and whoever else goes at the same
moment, an active administrator of the whole node stays; duties that stand apart are never in one hand. A telephone
leads into one account; a code is good once, for five tries, in the browser that asked; no stranger's tries count
against a browser that an account knows; nothing personal can be read in these tables. One document of identity leads
to one account; above the level of a telephone a session counts only when it has shown two factors. A card belongs to
one account at a time, and what proves it is kept nowhere. Whoever enters an app does not approve it; a code or token
that comes a second time ends the login at that app; an identity elsewhere leads into one account.
Who acts for somebody else (`proxies`) comes in only
where a view names a matter that is covered, and stays the actor of what is done.
An open account of a child under 14 has a guardian and a consent.
A merge moves all that is registered and can be undone for 30 days.
Tells: people.proxy_given, people.proxy_renewed, people.proxy_ended, people.acting_begun,
people.group_made, people.group_changed, people.group_joined, people.group_left, people.group_invited,
people.group_phone_shared, people.group_handover_asked, people.group_handed_over, people.group_approved,
people.group_declined, people.group_closed, people.volunteer_asked, people.volunteer_accepted,
people.volunteer_declined, people.volunteer_ended, people.service_entered, people.service_taken_back,
people.service_disputed, people.service_let_stand, people.service_record_made,
people.merged, people.unmerged, people.created, people.registered, people.logged_in, people.sessions_ended,
people.renamed, people.phone_changed, people.granted, people.revoked, people.switched_off, people.switched_on,
people.password_reset, people.password_changed, people.factors_removed, people.identity_checked,
people.identity_given_way, people.identity_forgotten, people.residence_said, people.residence_proven,
people.residence_forgotten, people.level_held, people.card_linked, people.card_unlinked,
people.card_standing_changed, people.card_system_added, people.card_system_changed, people.card_system_switched,
people.patrons_received, people.patrons_read, people.patrons_dropped, people.card_printed, people.card_prints_revoked,
people.card_key_made, people.agreement_offered, people.agreement_accepted, people.agreement_ended, people.delegated,
people.peer_entered, people.peer_approved, people.peer_ended, people.peer_agreement_entered,
people.peer_agreement_approved, people.peer_agreement_met, people.peer_agreement_ended, people.card_recognised,
people.card_recognition_ended,
people.grants_reviewed, people.role_asked, people.role_declined, people.separation_switched, people.app_entered,
people.app_approved, people.app_refused, people.app_stopped, people.app_resumed, people.app_secret_renewed,
people.app_scopes_allowed, people.app_scopes_dropped,
people.app_allowed, people.app_forgotten, people.app_replayed, people.signing_key_made, people.upstream_added,
people.upstream_changed, people.upstream_approved, people.upstream_refused,
people.upstream_switched, people.upstream_linked, people.upstream_unlinked,
people.retention_enforced, people.export_asked, people.export_made, people.export_fetched,
people.closing_asked, people.closing_cancelled, people.closed,
people.consent_given, people.consent_withdrawn,
people.child_limits_set, people.child_time_granted,
people.child_tied, people.child_grown, people.child_closed, people.child_opened, people.child_forgotten,
people.guardian_joined, people.guardian_ended, people.guardian_removal_asked, people.guardian_removal_void,
 people.guardian_consent_given, people.guardian_consent_withdrawn,
people.family_code_shown.
"""
