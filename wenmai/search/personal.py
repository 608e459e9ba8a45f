"""Keys of what is indexed; no searches are kept."""

IMPERSONAL = {
    "search.Waiting": "kind keys written_at indexed_at",
    "search.Failure": "kind key reason failed_at",
    "search.Rebuilding": "generation started_at",
}
