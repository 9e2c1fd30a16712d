# Generated from labelstream/aio by generate_blocking.py; change it there.
# ruff: noqa
"""The blocking client, with the names of `labelstream.aio`."""
