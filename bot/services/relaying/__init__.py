"""From a member's message to a comment that is wanted on the blog, and what becomes of both afterwards."""
