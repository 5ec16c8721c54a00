"""Discord's HTTP routes, a file a resource."""
