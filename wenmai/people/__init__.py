"""People: accounts and what they may do. Fills `request.actor`.

Owns: users and their grants (role × organisation subtree × region subtree).
Promises: a grant never reaches outside its two subtrees; a switched-off account has no grants.
Tells: people.granted, people.revoked.
"""
