"""Step 2: grids → tables: where the header is, how far the rows go, which column is which field."""
