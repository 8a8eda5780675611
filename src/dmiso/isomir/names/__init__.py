"""Names of miRNAs across releases and databases."""
