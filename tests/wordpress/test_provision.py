"""The provisioning itself: one build for many processes, a reason where there is none, no process left behind."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.wordpress.availability import REQUIRED, wordpress_or_skip
from tests.wordpress.real_blog import RealBlog
from tests.wordpress.server import serve
from tests.wordpress.snapshot import PROJECT, cache_folder

LAST_WORD_SECONDS = 60.0
FIRST_POST_ID = 4
"""After the posts that every new WordPress has, which the snapshot no longer has."""


async def module(name: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", name),
        cwd=PROJECT,
        env=dict(os.environ) | environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def half_built(cache: Path) -> list[Path]:
    return list(cache.glob("building-*"))


@pytest.mark.wordpress
async def test_two_processes_at_once_build_one_wordpress(tmp_path: Path) -> None:
    wordpress_or_skip()
    (tmp_path / "packages").symlink_to(cache_folder() / "packages")
    both = [await module("tests.wordpress.provision", WORDPRESS_CACHE=str(tmp_path)) for _ in range(2)]
    said = [(await one.communicate())[0].decode() for one in both]
    assert sorted(line.split(" users ")[1].split()[0] for line in said) == ["built", "found"]
    assert not half_built(tmp_path)


async def test_without_php_it_says_so_in_one_line(tmp_path: Path) -> None:
    process = await module("tests.wordpress.provision", WORDPRESS_CACHE=str(tmp_path), PATH=str(tmp_path))
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err.decode().startswith("No WordPress for the tests: PHP is not installed")
    assert err.count(b"\n") == 1


@pytest.mark.parametrize(("required", "outcome"), [("0", pytest.skip.Exception), ("1", pytest.fail.Exception)])
def test_without_php_tests_are_skipped_unless_ci_demands_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, required: str, outcome: type[BaseException]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(REQUIRED, required)
    with pytest.raises(outcome, match="PHP is not installed"):
        wordpress_or_skip()


@pytest.mark.wordpress
async def test_a_served_wordpress_leaves_nothing_behind() -> None:
    async with RealBlog.serve(wordpress_or_skip()) as blog:
        await blog.publish("Winter walk")
        address, folder = blog.feed_url, blog.folder
        assert folder.exists()
    assert not folder.exists()
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectionError):
            await session.get(address)


@pytest.mark.wordpress
async def test_a_reset_site_has_forgotten_everything() -> None:
    with serve(wordpress_or_skip()) as served:
        for _ in range(2):
            served.reset()
            async with RealBlog.control(served) as blog:
                post_id = await blog.publish("Winter walk")
                await blog.set_option("comment_moderation", 1)
                assert (post_id, "<item>" in await blog.feed()) == (FIRST_POST_ID, True)


@pytest.mark.wordpress
async def test_serving_by_hand_prints_how_to_reach_it_and_stops_when_asked() -> None:
    wordpress_or_skip()
    process = await module("tests.wordpress.serve")
    assert process.stdout is not None
    told: dict[str, str] = {}
    async with asyncio.timeout(LAST_WORD_SECONDS):
        while "password" not in told:
            name, _, value = (await process.stdout.readline()).decode().strip().partition("=")
            told[name] = value
        authorization = aiohttp.encode_basic_auth(told["user"], told["password"])
        async with (
            aiohttp.ClientSession(headers={"Authorization": authorization}) as session,
            session.get(f"{told['url']}/wp-json/wp/v2/users/me") as answer,
        ):
            assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        await process.communicate()
    assert process.returncode == 0
