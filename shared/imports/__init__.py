"""A shop's past: members, orders and balances that come from elsewhere (specification: imports)."""
