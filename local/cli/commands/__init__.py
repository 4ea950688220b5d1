"""The commands of `grapevine`, one module each; `local/cli/main.py` lists them."""
