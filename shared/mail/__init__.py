"""Mails to members: what triggers a mail, what it says, whether it may be sent, and how it is sent
only once.
"""
