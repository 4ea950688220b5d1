"""One file a subcommand; each declares its arguments and executes them."""
