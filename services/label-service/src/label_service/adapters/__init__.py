"""MongoDB: how jobs, labels, items and their changes are stored."""
