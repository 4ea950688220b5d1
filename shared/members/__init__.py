"""Members: how they sign up, whom they brought, what staff may do to them, how they are erased."""
