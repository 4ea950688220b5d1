"""How commands get into a running system: its address, and an API key."""

import argparse
import os

KEY_VARIABLE = "GRAPEVINE_KEY"


class NoKey(Exception):
    """Neither the command line nor the environment has a key."""


def declare_access(parser: argparse.ArgumentParser, scopes: str) -> None:
    """Declares `--url` and `--key`; `scopes` names the scopes that the key may have."""
    parser.add_argument(
        "--url", required=True, help="address of the system, such as https://rewards.example.com"
    )
    parser.add_argument(
        "--key",
        default=os.environ.get(KEY_VARIABLE, ""),
        help=f"API key of the scope {scopes} (default: {KEY_VARIABLE} in the environment)",
    )


def require_key(arguments: argparse.Namespace) -> str:
    """The key. Raises `NoKey`."""
    if not arguments.key:
        raise NoKey(f"no key: use --key or set {KEY_VARIABLE} in the environment")
    key: str = arguments.key
    return key
