"""Handlers of the contract, one module a tag; each finds its function by operationId."""
