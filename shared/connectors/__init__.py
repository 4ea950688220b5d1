"""Shop platforms that know codes: one module each, and what is done at all of them."""
