"""What a provider sees of its sources, and what its staff may do about them."""
