"""Small-RNA samples of two groups whose truth is known."""
