"""Small named tools that every module may use: access, clock, faces, http, jobs, pages, upkeep, vault."""
