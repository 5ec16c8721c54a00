"""The loopback's control plane over HTTP: the Python interface, for a page and for other processes."""
