"""The doors: one cog for each way a person reaches us."""

from typing import Final

EXTENSIONS: Final = (
    "cogs.announce",
    "cogs.background",
    "cogs.blog",
    "cogs.forgetting",
    "cogs.mirrors",
    "cogs.moderate",
    "cogs.privacy",
    "cogs.queue",
    "cogs.relay.cog",
    "cogs.relay.deletions",
    "cogs.relay.edits",
    "cogs.relay.sessions",
    "cogs.suggestions",
    "cogs.why",
)
"""What the bot loads, in this order."""
