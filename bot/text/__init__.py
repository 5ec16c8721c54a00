"""Pure conversions: one text in, one text out."""
