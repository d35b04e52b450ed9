"""Pixels in, pixels out: what a file is, and its thumbnails. Knows neither Flask nor the database."""
