"""Lays out WordPress' files: Debian's packages, the SQLite drop-in, and our own PHP beside them."""

import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

PHP_SOURCES = Path(__file__).with_name("php")
WORDPRESS_PACKAGES = ("wordpress", "wordpress-theme-twentytwentythree")
SQLITE_PACKAGE = "@wp-playground/cli@3.1.56"
SQLITE_ARCHIVE = "package/sqlite-database-integration.zip"
SQLITE_PLUGIN = "wp-content/plugins/sqlite-database-integration"
PHP_PACKAGES = ("php-cli", "php-sqlite3", "php-mysql", "php-xml", "php-mbstring", "php-gd")
PHP_MODULES = frozenset({"pdo_sqlite", "mysqli", "xml", "mbstring", "gd"})
COMMAND_TIMEOUT_SECONDS = 300
OWN_FILES = {
    "wp-config.php": "wp-config.php",
    "router.php": "router.php",
    "control.php": "control.php",
    "switches.php": "wp-content/mu-plugins/switches.php",
}


class ProvisionError(Exception):
    """WordPress could not be laid out; the text says which step failed and what the machine said."""


def run(*command: str, cwd: Path | None = None, environment: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed; ProvisionError with its last words when it fails."""
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            capture_output=True,
            text=True,
            timeout=COMMAND_TIMEOUT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ProvisionError(f"{command[0]}: {error}") from error
    if done.returncode:
        words = (done.stderr + done.stdout).strip()[-600:]
        raise ProvisionError(f"{' '.join(command)} ended with {done.returncode}: {words}")
    return done.stdout


def missing_tools() -> str | None:
    """Return in one sentence what this machine lacks to run WordPress, or None."""
    if shutil.which("php") is None:
        return "PHP is not installed"
    modules = {line.strip().lower() for line in run("php", "-m").splitlines()}
    if lacking := PHP_MODULES - modules:
        return f"PHP lacks {', '.join(sorted(lacking))}"
    return None


def require_tools() -> None:
    """Raise ProvisionError when this machine cannot run WordPress."""
    if reason := missing_tools():
        raise ProvisionError(f"{reason}; `python -m tests.wordpress.provision --install` installs it on Debian")


def install_php() -> None:
    """Install PHP with the modules WordPress needs, as Debian packages; needs root."""
    run("apt-get", "update", "-q")
    run(
        *("apt-get", "install", "-q", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=280"),
        *PHP_PACKAGES,
        environment={"DEBIAN_FRONTEND": "noninteractive", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"},
    )


def build_core(target: Path, packages: Path) -> None:
    """Lay out WordPress in `target`, which must not exist; downloads are kept in `packages`."""
    packages.mkdir(parents=True, exist_ok=True)
    unpacked = target.with_name(target.name + ".unpacked")
    for package in WORDPRESS_PACKAGES:
        run("dpkg-deb", "-x", str(_debian_package(package, packages)), str(unpacked))
    (unpacked / "usr/share/wordpress").rename(target)
    shutil.rmtree(unpacked)
    for name in (".htaccess", "wp-config.php"):
        (target / name).unlink()
    _add_sqlite(target, packages)
    (target / "wp-content/mu-plugins").mkdir()
    for name, place in OWN_FILES.items():
        shutil.copyfile(PHP_SOURCES / name, target / place)


def _debian_package(name: str, packages: Path) -> Path:
    if not (found := sorted(packages.glob(f"{name}_*.deb"))):
        try:
            run("apt-get", "download", "-q", name, cwd=packages)
        except ProvisionError:
            run("apt-get", "update", "-q")
            run("apt-get", "download", "-q", name, cwd=packages)
        found = sorted(packages.glob(f"{name}_*.deb"))
    return found[-1]


def _add_sqlite(core: Path, packages: Path) -> None:
    archive = packages / "wp-playground-cli-3.1.56.tgz"
    if not archive.exists():
        run("npm", "pack", "--silent", SQLITE_PACKAGE, cwd=packages)
    plugin = core / SQLITE_PLUGIN
    with tarfile.open(archive) as tar:
        zipped = tar.extractfile(SQLITE_ARCHIVE)
        if zipped is None:
            raise ProvisionError(f"{SQLITE_PACKAGE} no longer holds {SQLITE_ARCHIVE}")
        with zipped, zipfile.ZipFile(zipped) as files:
            top = files.namelist()[0].split("/")[0]
            files.extractall(core / "wp-content/plugins")
    (core / "wp-content/plugins" / top).rename(plugin)
    _patch_for_old_wordpress(plugin / "wp-includes/sqlite/class-wp-sqlite-db.php")


def _patch_for_old_wordpress(source: Path) -> None:
    """Make one property readable for its parent class: WordPress before 6.2 reads it from there and dies."""
    before = source.read_text()
    after = before.replace("private $allow_unsafe_unquoted_parameters", "protected $allow_unsafe_unquoted_parameters")
    if before == after:
        raise ProvisionError(f"{SQLITE_PACKAGE} changed: nothing to patch in {source.name}")
    source.write_text(after)
