"""What a venue says of itself, the steps of a request, and an institution's numbers."""
