"""job-service: labeling jobs, their life cycle, the job list and each job's progress."""
