"""Every change of the schema, in order."""

HEAD = "0002"
"""The newest revision, known without reading the scripts: a start that changes nothing stays quick."""
