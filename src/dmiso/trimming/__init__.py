"""What stands around an insert in raw reads, and how it is cut off."""
