"""A password stays with the host it was given for."""

from dataclasses import replace

from bot.domain.models import BlogAddress
from db.models import StoredBlog
from tests.services.connecting.test_connections import ADDRESS, FROM_SETTINGS, OWNER, PASSWORD, House, house

__all__ = ["house"]

EVIL = replace(ADDRESS, api_root="https://evil.example/wp-json/")


async def with_password(house: House) -> None:
    await house.connect()
    await house.connections.accept_password(
        (await house.blog()).id, OWNER, username="ed", application_password=PASSWORD
    )


async def connect_again(house: House, address: BlogAddress) -> str:
    house.blogs.addresses["blog.example"] = address
    answer = await house.connections.connect(OWNER, "blog.example", channel_id=20)
    return answer.text


async def test_an_api_that_moved_to_another_origin_loses_the_password_and_asks_again(house: House) -> None:
    """T2."""
    await with_password(house)
    text = await connect_again(house, EVIL)
    blog = await house.blog()
    assert (blog.api_root, blog.state, blog.username, blog.sealed_password) == (EVIL.api_root, "feed_only", None, None)
    assert "forgot the password" in text
    assert "evil.example" in text


async def test_an_api_that_was_closed_meanwhile_does_not_open_the_way_to_another_origin(house: House) -> None:
    await with_password(house)
    await connect_again(house, replace(ADDRESS, api_root=None))
    assert (await house.blog()).sealed_password is not None
    await connect_again(house, EVIL)
    assert (await house.blog()).sealed_password is None


async def test_an_api_at_another_path_of_its_host_keeps_the_password(house: House) -> None:
    await with_password(house)
    text = await connect_again(house, replace(ADDRESS, api_root="https://blog.example/?rest_route=/"))
    assert await house.password() == PASSWORD
    assert (await house.blog()).state == "ok"
    assert "forgot" not in text


async def test_a_root_that_changes_while_the_password_is_checked_does_not_get_it(house: House) -> None:
    await with_password(house)
    blog = await house.blog()
    async with house.begin() as tx:
        (await tx.get_one(StoredBlog, blog.id)).api_root = EVIL.api_root
    assert await house.password() is None


async def test_the_answer_names_the_host_that_gets_the_password(house: House) -> None:
    assert "sent to `blog.example` and nowhere else" in await connect_again(house, ADDRESS)


async def test_a_blog_without_an_api_is_no_place_for_a_password(house: House) -> None:
    assert "nowhere else" not in await connect_again(house, replace(ADDRESS, api_root=None))


async def test_settings_whose_blog_moved_give_their_password_to_the_new_place_only(house: House) -> None:
    await house.connections.apply(FROM_SETTINGS)
    house.blogs.addresses[ADDRESS.url] = replace(ADDRESS, api_root="https://new.example/wp-json/")
    await house.connections.apply(FROM_SETTINGS)
    assert (await house.blog()).state == "ok"
    assert await house.password() == PASSWORD
