"""Imports a shop's past: members, orders and balances from another system (specification: imports)."""
