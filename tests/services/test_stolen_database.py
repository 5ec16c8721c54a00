"""What somebody learns who takes the database, its log and a backup away: nothing that opens a blog."""

import base64
import io
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.domain.models import Actor, BlogAddress
from bot.domain.ports import ChannelFacts
from bot.program.backup import back_up
from bot.services.access import access_of
from bot.services.connecting.connections import Connections
from bot.settings import load_settings
from db.engine import Begin
from db.models import StoredBlog
from db.secrets import SecretBox
from tests.conftest import CountingRandomness, TestClock
from tests.fakes import FakeBlogs, FakeChat

OWNER = Actor(user_id=1, guild_id=10, name="Olga", may_manage_guild=True)
URL = "https://blog.example/"
PASSWORD = "cnry 4567 walk EFGH ijkl mnop"


async def connect(begin: Begin, clock: TestClock, box: SecretBox) -> None:
    """Connect a blog, and give its password twice: what was replaced must be gone as well."""
    chat, blogs = FakeChat(), FakeBlogs()
    blogs.addresses["blog.example"] = BlogAddress(
        url=URL, feed_url=f"{URL}feed/", title="Winter Blog", api_root=f"{URL}wp-json/"
    )
    chat.channels[20] = ChannelFacts(channel_id=20, guild_id=10, name="news")
    connections = Connections(begin, chat, blogs, box, clock, CountingRandomness(), lambda: None)
    await connections.connect(OWNER, "blog.example", channel_id=20)
    async with begin() as tx:
        blog_id = (await tx.scalars(select(StoredBlog.id))).one()
    for password in (PASSWORD[::-1], PASSWORD):
        await connections.accept_password(blog_id, OWNER, username="ed", application_password=password)


async def the_blog(begin: Begin) -> StoredBlog:
    async with begin() as tx:
        return (await tx.scalars(select(StoredBlog))).one()


def shapes_of(password: str) -> list[bytes]:
    """Return the password as it could lie in a file: as it is, run together, as a header carries it, in parts."""
    forms = [password, password.replace(" ", "")]
    encoded = [base64.b64encode(f"ed:{form}".encode())[3:20] for form in forms]
    parts = [part.encode() for part in password.split() if len(part) == 4]
    return [*(form.encode() for form in forms), *(form.encode("utf-16-le") for form in forms), *encoded, *parts]


async def test_no_password_is_in_the_database_its_log_or_a_backup(
    begin: Begin, clock: TestClock, database_url: str, tmp_path: Path
) -> None:
    """T18."""
    key = Fernet.generate_key().decode()
    await connect(begin, clock, SecretBox([key]))
    assert back_up(load_settings({"DATABASE_URL": database_url}, None), tmp_path / "copy.db", out=io.StringIO()) == 0

    files = sorted(path for path in tmp_path.iterdir() if path.is_file())

    assert {path.name for path in files} >= {"backchannel.db", "backchannel.db-wal", "copy.db"}
    for path in files:
        held = path.read_bytes()
        assert [shape for shape in [*shapes_of(PASSWORD), *shapes_of(PASSWORD[::-1])] if shape in held] == []
        assert key.encode() not in held


@pytest.mark.parametrize("keys", [[], [Fernet.generate_key().decode()]], ids=["none", "another"])
async def test_without_the_key_nothing_opens_and_nothing_is_lost(
    begin: Begin, clock: TestClock, keys: list[str]
) -> None:
    """T18: the right key still opens it afterwards, also behind a newer one."""
    key = Fernet.generate_key().decode()
    await connect(begin, clock, SecretBox([key]))

    access = access_of(await the_blog(begin), SecretBox(keys))
    assert access is None or access.application_password is None

    access = access_of(await the_blog(begin), SecretBox([Fernet.generate_key().decode(), key]))
    assert access is not None
    assert access.application_password == PASSWORD
