"""The servers that other tests rely on answer, and each test gets its own state."""

import asyncpg
import redis.asyncio


async def one_value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


async def test_postgresql_answers(postgres_url: str) -> None:
    assert await one_value(postgres_url, "show max_connections") == "100"


async def test_fresh_database_is_empty_and_not_the_shared_one(postgres_url: str, fresh_postgres_url: str) -> None:
    assert fresh_postgres_url != postgres_url
    assert await one_value(fresh_postgres_url, "select count(*) from pg_tables where schemaname = 'public'") == 0


async def test_redis_is_emptied_between_tests(fresh_redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(fresh_redis_url) as client:
        assert await client.dbsize() == 0
        await client.set("left", "behind")


async def test_redis_is_emptied_between_tests_again(fresh_redis_url: str) -> None:
    async with redis.asyncio.Redis.from_url(fresh_redis_url) as client:
        assert await client.dbsize() == 0
