"""Settings, addresses and the command line of a node."""
