"""The runtime that all Labelstream services share: storage, messaging, HTTP, access, telemetry."""
