"""Whether a system is set up right, seen from outside and, for a deployed stack, from within; and
for everything that is not, what to do.
"""
