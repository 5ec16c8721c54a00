"""The doors: one cog for each way a person reaches us."""

from typing import Final

EXTENSIONS: Final = (
    "cogs.announce",
    "cogs.background",
    "cogs.blog",
    "cogs.moderate",
    "cogs.queue",
    "cogs.relay.cog",
    "cogs.relay.deletions",
    "cogs.relay.edits",
    "cogs.relay.sessions",
)
"""What the bot loads, in this order."""
