"""Many at the same time."""
