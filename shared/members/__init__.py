"""People: how they join, whom they brought, what staff may do to them, how they are forgotten."""
