"""Keeps WordPress' files and one fresh site in a cache folder; many processes may ask for them at once."""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.demo.blog.controls import BlogUser
from tests.wordpress import core

PROJECT = Path(__file__).parents[2]
SNAPSHOT_URL = "http://127.0.0.1:1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """WordPress' files (shared, never written to) and a site to be copied for each test."""

    core: Path
    site: Path
    opcache: Path
    version: str
    users: dict[str, BlogUser]


def cache_folder() -> Path:
    """Return where everything is kept: WORDPRESS_CACHE, else `.cache/wordpress` in the project."""
    return Path(os.environ.get("WORDPRESS_CACHE") or PROJECT / ".cache" / "wordpress").absolute()


def provision() -> tuple[Snapshot, bool]:
    """Return the snapshot, and whether it had to be built; ProvisionError when it cannot be.

    It is built beside its place and renamed into it whole, by one process at a time.
    """
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    place = cache / _fingerprint()
    with _locked(cache / "lock"):
        if place.exists():
            return _read(place), False
        building = Path(tempfile.mkdtemp(prefix="building-", dir=cache))
        try:
            core.build_core(building / "core", cache / "packages")
            _install_site(building)
            building.rename(place)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return _read(place), True


def environment(site: Path, url: str) -> dict[str, str]:
    """Return the environment in which PHP serves `site` under `url`."""
    return {"PATH": os.environ["PATH"], "BACKCHANNEL_SITE": str(site), "BACKCHANNEL_SITE_URL": url}


def _install_site(building: Path) -> None:
    site = building / "site"
    content = site / "wp-content"
    content.mkdir(parents=True)
    # Relative, for the folder is renamed when it is done; `open_site` points them at the core's real place.
    for name in ("plugins", "themes"):
        (content / name).symlink_to(Path("../../core/wp-content") / name)
    shutil.copyfile(building / "core" / core.SQLITE_PLUGIN / "db.copy", content / "db.php")
    out = building / "site.json"
    core.run(
        *("php", str(core.PHP_SOURCES / "install.php"), str(building / "core"), str(out)),
        environment=environment(site, SNAPSHOT_URL),
    )
    if not out.exists():
        raise core.ProvisionError("WordPress' installation ended without saying so")


def copy_site(snapshot: Snapshot, target: Path) -> Path:
    """Copy the snapshot's site to `target`, which must not exist, and return it."""
    shutil.copytree(snapshot.site, target, symlinks=True)
    for name in ("plugins", "themes"):
        link = target / "wp-content" / name
        link.unlink()
        link.symlink_to(snapshot.core / "wp-content" / name)
    return target


def _read(place: Path) -> Snapshot:
    stored = json.loads((place / "site.json").read_text())
    return Snapshot(
        core=place / "core",
        site=place / "site",
        opcache=place / "opcache",
        version=stored["version"],
        users={role: BlogUser(**user) for role, user in stored["users"].items()},
    )


def _fingerprint() -> str:
    """Return a name that changes with our PHP and the packages named, so that a stale cache is never used."""
    sources = [Path(core.__file__), Path(__file__), *sorted(core.PHP_SOURCES.glob("*.php"))]
    return hashlib.sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:16]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
