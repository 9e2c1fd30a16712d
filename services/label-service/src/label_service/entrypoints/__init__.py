"""Where the world comes in: HTTP and Kafka."""
