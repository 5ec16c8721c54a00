"""A real WordPress for the tests: Debian's files, an SQLite drop-in and PHP's own web server."""
