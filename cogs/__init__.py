"""The doors: one cog for each way a person reaches us."""
