"""Clients of the processors' APIs. They request the data that a webhook only refers to."""
