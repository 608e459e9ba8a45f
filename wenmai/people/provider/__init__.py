"""Our people log in to other institutions' services: this node as an OpenID provider.

Owns: apps with their terms (entered by one person, approved by another), logins at apps, consents, the names that
people have there, signing keys, and notices of logout that wait for delivery. The protocol's grammar is oauthlib's
and django-allauth's, the answers stand in these tables (docs/adr/0016).
"""
