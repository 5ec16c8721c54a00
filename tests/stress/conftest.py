"""The stress tests: those marked `slow` run only when they are asked for (`make stress`)."""

from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "loopback"]
