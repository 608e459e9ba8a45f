"""People: accounts and what they may do. Fills `request.actor`.

Owns: users and their grants (role × organisation subtree × region subtree).
Promises: a grant never reaches outside its two subtrees; a switched-off account has no grants, and none works before
a first password is replaced; nobody gives what they have not got; whoever goes, and whoever else goes at the same
moment, an active administrator of the whole node stays.
Tells: people.created, people.renamed, people.granted, people.revoked, people.switched_off, people.switched_on,
people.password_reset, people.password_changed.
"""
