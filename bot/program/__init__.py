"""The commands of the program, a module each; `bot.__main__` loads only the one that was asked for."""
