"""The engine, tantivy, behind a small port: generations on disk, one writer, many readers."""
