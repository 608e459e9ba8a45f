"""Organisations and places are no persons."""

IMPERSONAL = {
    "institutions.Place": "code prefix name level valid_from valid_to source source_key",
    "institutions.PlaceSuccession": "kind on source",
    "institutions.PlaceEdition": "name as_of deepest counts loaded_at",
    "institutions.Organisation": (
        "code name short_name kind administrative_path professional_path intro created_at closed_on"
    ),
}
