"""Pixels and the rules about them, without an app."""
