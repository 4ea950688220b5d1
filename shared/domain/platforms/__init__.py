"""Shop platforms that accept discount codes: connected stores, the offer there, and its codes."""
