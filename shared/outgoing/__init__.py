"""What goes out: events of the bus, and webhooks to the shop's server."""
