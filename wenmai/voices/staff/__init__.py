"""The pages of the desk: what people need, how it is answered."""
