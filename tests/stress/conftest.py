from tests.loopback.fixtures import contract, loopback

__all__ = ["contract", "loopback"]
