"""Advocates' links: clicks on them, where they lead, and how often strangers may guess codes."""
