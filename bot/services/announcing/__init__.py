"""From a feed's entry to its announcement."""
