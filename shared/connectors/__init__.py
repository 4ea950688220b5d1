"""Connects stores at shop platforms that know codes. Each platform has one module; the other
modules serve all platforms.
"""
