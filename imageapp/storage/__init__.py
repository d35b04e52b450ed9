"""Bytes under keys. Knows neither Flask nor the database, and tells nobody where the bytes are."""
