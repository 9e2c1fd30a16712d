"""The rules of labeling: values and functions, without I/O, clock or random ids."""
