"""Ratios of what Backchannel costs to the least that the same work can cost; `make bench` prints them."""
