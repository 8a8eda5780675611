"""What many calls amount to: tables and a page."""
