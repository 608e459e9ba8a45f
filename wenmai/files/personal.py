"""Stored objects belong to records, not to persons."""

IMPERSONAL = {
    "files.StoredObject": "hash size media_type name width height duration_ms pages stills_sought created_at stored_at",
}
