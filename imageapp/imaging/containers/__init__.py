"""The parts of which picture files are made, told from each other without a decoder."""
