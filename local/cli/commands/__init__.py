"""The commands of `grapevine`, a module each, listed in `local/cli/main.py`."""
