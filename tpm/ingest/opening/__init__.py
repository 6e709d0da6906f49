"""Step 1: bytes of any spreadsheet → grids of typed cells that know their address."""
