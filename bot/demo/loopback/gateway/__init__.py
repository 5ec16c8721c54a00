"""The gateway: sessions over websockets, with resume and everything that can go wrong with them."""
