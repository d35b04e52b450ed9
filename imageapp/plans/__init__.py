"""What a person may have."""
