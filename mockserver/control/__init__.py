"""The control plane: what a user of the fake steers, and that the real server does not have."""
