"""The doors: one cog for each way a person reaches us."""

from typing import Final

EXTENSIONS: Final = (
    "cogs.announce",
    "cogs.background",
    "cogs.blog",
    "cogs.queue",
    "cogs.relay.cog",
    "cogs.relay.deletions",
    "cogs.relay.edits",
)
"""What the bot loads, in this order."""
