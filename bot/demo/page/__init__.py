"""The demo's page: Discord on the left, the blog on the right, and the real bot between them."""
