"""Checks if a system is set up correctly, from outside and, for a deployed stack, also with its AWS
account. Each problem comes with what to do.
"""
