"""The demonstration: real images, a labeling job, and every label as an event, counted and checked."""
