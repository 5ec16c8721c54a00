"""The loopback Discord for the tests of this folder."""

from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "loopback"]
