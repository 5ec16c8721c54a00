"""`python -m tests.wordpress.provision [--install]`: get a WordPress ready for the tests, and say so in one line."""

import argparse
import sys
import time

from tests.wordpress import core, snapshot


def main() -> int:
    """Build what is not there yet; 0 when a WordPress is ready, 1 with the reason when it is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.wordpress.provision", description=__doc__)
    parser.add_argument("--install", action="store_true", help="install PHP from Debian's packages when it is missing")
    arguments = parser.parse_args()
    started_at = time.monotonic()
    try:
        if arguments.install and core.missing_tools():
            core.install_php()
        core.require_tools()
        ready, was_built = snapshot.provision()
    except core.ProvisionError as error:
        sys.stderr.write(f"No WordPress for the tests: {error}\n")
        return 1
    done = f"built in {time.monotonic() - started_at:.1f} s" if was_built else "found"
    sys.stdout.write(f"WordPress {ready.version} with {len(ready.users)} users {done} in {ready.core.parent}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
