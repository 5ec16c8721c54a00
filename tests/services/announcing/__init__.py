"""From a feed to an announcement."""
