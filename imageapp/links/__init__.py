"""Expiring links."""
