"""The store: tables, queries and migrations."""
