"""Upload, gallery and the bytes of pictures."""
