"""The published network's fast forward pass, without torch."""
