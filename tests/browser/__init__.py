"""The demo driven in a real browser."""
