"""Mails to members: what asks for one, what it says, whether it may go, how it is sent once."""
