"""What others are told: events of the bus, and webhooks to the shop's own server."""
