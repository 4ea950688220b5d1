"""Mails to members and friends: what asks for one, what stands in it, how it is sent once."""
