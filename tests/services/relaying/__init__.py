"""From a message to a comment that is wanted."""
