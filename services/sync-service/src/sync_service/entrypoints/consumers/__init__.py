"""What this service follows besides access: the object store's own notifications."""
