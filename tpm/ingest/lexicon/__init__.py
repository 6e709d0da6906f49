"""What words mean, in headers and in cells: the tables of words and how they are looked up."""
