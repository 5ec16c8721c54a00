"""Reading feeds: fetching bytes, and parsing them in a child process."""
