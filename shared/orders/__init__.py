"""Everything that is done with an order: evaluation, quotes before it exists, reviews after it has
earned.
"""
