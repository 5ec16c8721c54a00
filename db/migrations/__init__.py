"""Every change of the schema, in order."""

HEAD = "0003"
"""The newest revision, known without reading the scripts: a start that changes nothing stays quick."""
