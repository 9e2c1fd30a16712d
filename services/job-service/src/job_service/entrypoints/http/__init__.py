"""job-service over HTTP."""
