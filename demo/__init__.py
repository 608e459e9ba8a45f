"""The demonstration: an invented region with real works, loaded through the same services as everybody uses."""
