"""The demo's own parts, without a bot and without a browser."""
