"""Runs the migrations on the connection, and in the transaction, that :mod:`tpm.store.migrate` opened."""

from alembic import context

from tpm.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table only by copying it
)
context.run_migrations()
