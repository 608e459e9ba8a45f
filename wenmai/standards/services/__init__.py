"""What this node decides about its standards, one verb each; called through the package: `standards.activate(…)`."""

from wenmai.standards.services.activation import activate
from wenmai.standards.services.mappings import add_mapping, hold_mapping, renew_mapping, restore_mapping, retire_mapping

__all__ = ["activate", "add_mapping", "hold_mapping", "renew_mapping", "restore_mapping", "retire_mapping"]
