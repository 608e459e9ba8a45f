"""The pages where people come in, and those where they look after their own account."""
