"""The audit: whether a table's labels, or a score on it, owe their numbers to shortcuts and leaks."""
