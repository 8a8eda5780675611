"""The command line: one file a subcommand; each parses, calls one public function and writes."""
