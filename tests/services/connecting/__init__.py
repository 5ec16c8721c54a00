"""Which blog is announced where."""
