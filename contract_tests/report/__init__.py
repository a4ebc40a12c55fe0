"""What people and CI systems get to see of a run."""
