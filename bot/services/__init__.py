"""The use cases; each is safe to run twice."""
