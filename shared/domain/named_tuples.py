"""The constructor that the engine uses where a long history would feel the usual one."""

build_tuple = tuple.__new__
"""`build_tuple(Due, (member, level, …))` builds a NamedTuple from every field in its order.

It takes half the time of `Due(member, level, …)`, and nobody checks that no field is missing. Use
it only where each order of a backtest passes; `python -m benchmarks engine` shows the difference.
"""
