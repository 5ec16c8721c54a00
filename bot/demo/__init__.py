"""A Discord and a blog on loopback, for the demo and for the tests."""
