"""A Discord on loopback sockets, for a discord.py that does not know it: the demo's stage and the tests' fake."""

from bot.demo.loopback.actors import Actor
from bot.demo.loopback.answers import Answer
from bot.demo.loopback.faults import Position
from bot.demo.loopback.server import LoopbackDiscord
from bot.demo.loopback.world.permissions import Permission
from bot.demo.loopback.world.world import World

__all__ = ["Actor", "Answer", "LoopbackDiscord", "Permission", "Position", "World"]
