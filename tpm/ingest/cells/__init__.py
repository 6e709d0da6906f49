"""Single cells and whole columns → values: dates, numbers, states, and what a column looks like."""
