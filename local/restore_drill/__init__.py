"""Rehearses a restore on this machine. A stack with the tables, queues and consumers of the
template runs in an engine on loopback. It is damaged, then repaired with the same commands as a
deployed one.
"""
