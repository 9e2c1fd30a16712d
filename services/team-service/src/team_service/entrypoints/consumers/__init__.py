"""Events that this service follows."""
