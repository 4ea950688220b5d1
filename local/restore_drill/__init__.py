"""A restore rehearsed on this machine: a stack of the template's own tables, queues and consumers
in an engine on loopback, damaged, and put right by the commands that one would type.
"""
