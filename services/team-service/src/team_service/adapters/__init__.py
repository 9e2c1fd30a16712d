"""What the use cases' ports are made of: MongoDB, argon2, signatures, a mail server."""
