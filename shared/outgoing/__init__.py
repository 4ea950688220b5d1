"""What Grapevine sends out: events on the bus, and webhooks to the shop's server."""
