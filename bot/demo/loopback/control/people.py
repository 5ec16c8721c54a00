"""What members do, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from bot.demo.loopback.actors import Actor
from bot.demo.loopback.answers import Answer
from bot.demo.loopback.control import snapshot
from bot.demo.loopback.interactions.options import CannotUseError
from bot.demo.loopback.world.models import Guild, Json

if TYPE_CHECKING:
    from bot.demo.loopback.server import LoopbackDiscord


class People:
    """The hands of every member, by user id; answers are remembered by their interaction's id."""

    def __init__(self, discord: "LoopbackDiscord") -> None:
        self._discord = discord
        self.answers: dict[int, Answer] = {}
        self._actions: dict[str, Callable[[Actor, Json], Awaitable[Json]]] = {
            "say": self._say,
            "edit": self._edit,
            "delete": self._delete,
            "react": self._react,
            "unreact": self._unreact,
            "forward": self._forward,
            "use_menu": self._use_menu,
            "use_user_menu": self._use_user_menu,
            "use_command": self._use_command,
            "autocomplete": self._autocomplete,
            "press": self._press,
            "select": self._select,
            "submit": self._submit,
        }

    async def act(self, user_id: int, action: str, body: Json) -> Json:
        """Let a member do something; `guild_id` in the body chooses among several guilds of theirs."""
        if action not in self._actions:
            raise CannotUseError(f"Members can {sorted(self._actions)}")
        actor = Actor(self._discord.core, self._discord.world.users[user_id], self._guild(user_id, body))
        return await self._actions[action](actor, body)

    def _guild(self, user_id: int, body: Json) -> Guild:
        guilds = self._discord.world.guilds
        if "guild_id" in body:
            return guilds[int(body["guild_id"])]
        for guild in guilds.values():
            if user_id in guild.members:
                return guild
        raise CannotUseError("This user is in no guild")

    def show(self, answer: Answer) -> Json:
        """Remember an answer and return it as JSON."""
        self.answers[answer.interaction.id] = answer
        return snapshot.answer(self._discord.world, answer)

    def _where(self, body: Json) -> Answer | int:
        if "answer_id" in body:
            return self.answers[int(body["answer_id"])]
        return int(body["message_id"])

    async def _say(self, actor: Actor, body: Json) -> Json:
        reply_to = int(body["reply_to"]) if body.get("reply_to") else None
        message_id = await actor.say(int(body["channel_id"]), str(body.get("text") or ""), reply_to=reply_to)
        return {"message_id": str(message_id)}

    async def _edit(self, actor: Actor, body: Json) -> Json:
        await actor.edit(int(body["channel_id"]), int(body["message_id"]), str(body["text"]))
        return {}

    async def _delete(self, actor: Actor, body: Json) -> Json:
        await actor.delete(int(body["channel_id"]), int(body["message_id"]))
        return {}

    async def _react(self, actor: Actor, body: Json) -> Json:
        await actor.react(int(body["channel_id"]), int(body["message_id"]), str(body["emoji"]))
        return {}

    async def _unreact(self, actor: Actor, body: Json) -> Json:
        await actor.unreact(int(body["channel_id"]), int(body["message_id"]), str(body["emoji"]))
        return {}

    async def _forward(self, actor: Actor, body: Json) -> Json:
        return {"message_id": str(await actor.forward(int(body["channel_id"]), int(body["message_id"])))}

    async def _use_menu(self, actor: Actor, body: Json) -> Json:
        return self.show(await actor.use_menu(str(body["name"]), int(body["channel_id"]), int(body["message_id"])))

    async def _use_user_menu(self, actor: Actor, body: Json) -> Json:
        channel = _channel(body)
        return self.show(await actor.use_user_menu(str(body["name"]), int(body["user_id"]), in_channel=channel))

    async def _use_command(self, actor: Actor, body: Json) -> Json:
        values: dict[str, Any] = body.get("options") or {}
        return self.show(await actor.use_command(str(body["name"]), in_channel=_channel(body), **values))

    async def _autocomplete(self, actor: Actor, body: Json) -> Json:
        values: dict[str, Any] = body.get("options") or {}
        return {"choices": await actor.autocomplete(str(body["name"]), in_channel=_channel(body), **values)}

    async def _press(self, actor: Actor, body: Json) -> Json:
        return self.show(await actor.press(self._where(body), str(body["button"])))

    async def _select(self, actor: Actor, body: Json) -> Json:
        return self.show(await actor.select(self._where(body), *body["values"], menu=body.get("menu")))

    async def _submit(self, actor: Actor, body: Json) -> Json:
        return self.show(await actor.submit(self.answers[int(body["answer_id"])], body.get("fields") or {}))


def _channel(body: Json) -> int | None:
    return int(body["channel_id"]) if "channel_id" in body else None
