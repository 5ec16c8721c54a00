"""The doors of the relay: "Send to blog" in a message's Apps menu, and every button that follows from it."""
