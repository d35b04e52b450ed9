"""What `make bench` runs: our side and a known one, interleaved, in one run."""
