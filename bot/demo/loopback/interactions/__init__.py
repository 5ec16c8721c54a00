"""Interactions: what members start, how the bot answers, and until when."""
