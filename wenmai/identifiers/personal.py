"""Names of records."""

IMPERSONAL = {
    "identifiers.Identifier": "id name client client_key organisation_code state title reason withdrawn_at minted_at",
    "identifiers.Location": "address kind rank valid_from valid_to",
}
