"""Members: how they sign up, whom they recommended, what staff may do to them, how they are erased."""
