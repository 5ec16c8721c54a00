"""Connections to the outside: which addresses, how long, how many bytes."""
