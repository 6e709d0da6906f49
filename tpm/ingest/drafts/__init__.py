"""Step 3: one table → typed rows of activities or risks, before the tables know of each other."""
