"""Backchannel: a blog's back channel on Discord."""

__version__ = "0.1.0"
