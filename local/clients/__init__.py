"""Generates the API clients in `web/clients` from the OpenAPI document."""
