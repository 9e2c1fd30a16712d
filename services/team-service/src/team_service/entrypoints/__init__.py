"""The doors: HTTP and events."""
