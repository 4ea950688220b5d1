"""The API's description in OpenAPI."""
