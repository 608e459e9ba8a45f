"""Formats: pure readers and writers of the field's record formats; knows neither Django nor the network.

Owns: MARC21 and UNIMARC/CNMARC (ISO 2709 and XML), simple and qualified Dublin Core, JSON, CSV and XLSX in;
oai_dc and qualified DC, MARC21 (XML and ISO 2709), MODS and the full local profile out; the pages of OAI-PMH;
crosswalks from any of them to the canonical record; activities in iCalendar and schema.org, in and out.
Promises: a record that can be read is read; everything else comes out as a `Reject` with its place and
reason; a bad record never costs its neighbours; memory stays flat; nothing is fetched, no entity is expanded.

Surface: `values` (Value, Elements, Parsed, Reject, Limits, pack, unpack), `reading` (read, read_one,
FORMATS), `crosswalk` (Crosswalk, compile_crosswalk, map_record), `writers` (FORMS, write_oai_dc,
write_qdc, write_marcxml, write_iso2709, write_mods, write_full), `oai` (parse_page); for activities
`occasions` (Occasion, Limits, REJECTS, beginnings), `icalendars` (read, write), `schemaorg` (read, written) and
`recurrence` (parse, days).
"""
