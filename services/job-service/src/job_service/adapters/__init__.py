"""What the ports are made of: MongoDB collections, and domain events as messages."""
