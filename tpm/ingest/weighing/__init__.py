"""The evidence: named facts of rows, cells, headers and tables, and the fitted weights that judge them."""
