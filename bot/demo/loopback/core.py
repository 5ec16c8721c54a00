"""What all doors of the loopback Discord share: the world, its interactions, and the bot's account."""

from dataclasses import dataclass, field

from bot.demo.loopback.gateway.intents import PRIVILEGED
from bot.demo.loopback.interactions.registry import Interactions
from bot.demo.loopback.world.world import World

API_PREFIX = "/api/v10"
TOKEN = "bG9vcGJhY2s.bm8.c2VjcmV0"  # noqa: S105 - opens nothing but this machine's own loopback


@dataclass(slots=True)
class Core:
    """The application and its world. `approved_intents` are the privileged ones switched on for it."""

    world: World
    interactions: Interactions
    token: str = TOKEN
    approved_intents: int = PRIVILEGED
    base_url: str = ""
    files: dict[int, "tuple[str, bytes, str]"] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        """Return where the REST routes are."""
        return self.base_url + API_PREFIX

    @property
    def gateway_url(self) -> str:
        """Return where the gateway is."""
        return self.base_url.replace("http", "ws", 1) + "/"
