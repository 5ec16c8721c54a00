"""The real WordPress and the loopback Discord, for strings that want to be more than text."""

from tests.adapters.chat.conftest import announcer, place
from tests.adapters.conftest import real_blog, wordpress, wordpress_server
from tests.loopback.fixtures import contract, loopback

__all__ = ["announcer", "contract", "loopback", "place", "real_blog", "wordpress", "wordpress_server"]
