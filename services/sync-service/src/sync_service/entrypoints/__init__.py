"""How work reaches this service: HTTP requests and other services' events."""
