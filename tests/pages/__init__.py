"""What is true of pages of every room."""
