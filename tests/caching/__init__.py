"""What may be kept by those between the site and its people."""
