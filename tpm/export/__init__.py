"""Files to hand out: the same tables that the pages show, as bytes.

Every function is pure: the same input gives the same bytes, no clock is read, nothing is fetched. Text that came from
a sheet is written as text wherever it goes; it never becomes a formula, a link or markup.
"""
