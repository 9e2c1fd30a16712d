"""The routes of label-service."""
