"""访问记录: which staff looked at whom, by which page, on which day.

Owns: looks. Promises: a page that shows other people's data says so at its door (`shows`), and is not sent unless it
was written down; rows are only added, and leave half a year later at the earliest. Everybody sees who looked at them,
by institution and role; auditors see names, and their looking is written down, too.
"""
