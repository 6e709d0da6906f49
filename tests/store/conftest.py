"""A store in a file of its own for every test; PostgreSQL too where TPM_TEST_POSTGRES_URL names an empty database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tpm.store import Store, open_store

POSTGRES_URL = os.environ.get("TPM_TEST_POSTGRES_URL")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'plans.sqlite3'}"


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES_URL else [])])
def any_url(request: pytest.FixtureRequest, url: str) -> str:
    """Every kind of database that can be tried here, empty."""
    if request.param == "sqlite":
        return url
    assert POSTGRES_URL is not None
    engine = sa.create_engine(POSTGRES_URL)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()
    return POSTGRES_URL


@pytest.fixture
def store(any_url: str) -> Iterator[Store]:
    with open_store(any_url, wait_seconds=5) as opened:
        yield opened
