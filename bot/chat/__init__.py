"""Discord behind the `Chat` port: sending, finding, and who may do what."""
