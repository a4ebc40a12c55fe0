"""Handlers of the control plane under `/_mock`."""
