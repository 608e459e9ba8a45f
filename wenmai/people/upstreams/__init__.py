"""Our people come in by logins of others: this node as a relying party of any number of OpenID providers.

Owns: upstreams with what they said about themselves, identities (who somebody is there), and which browsers came from
where. An identity leads into one account; joining it to an account that is there needs that account's own login
(docs/adr/0016).
"""
