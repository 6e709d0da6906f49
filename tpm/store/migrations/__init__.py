"""Alembic's scripts: one file a revision under ``versions``, never altered once released."""
