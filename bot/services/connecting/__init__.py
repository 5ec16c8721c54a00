"""Which blog is announced where, and by whose password."""
