"""Makes the generated pages of the published language: JSON Schemas, `docs/events.md` and `docs/asyncapi.yaml`."""
