"""Typed client of Pramaan's GraphQL API; inputs, answers and enums are in `pramaan_client.generated`."""

from typing import cast

import httpx

from pramaan_client.generated import Operations
from pramaan_client.generated.async_base_client import HttpClient

__all__ = ["Client"]


class Client(Operations):
    """A gateway, asked with one credential; `async with` closes the connections.

    Each operation of web/operations is a method. It raises GraphQLClientError where there is no answer, and
    httpx.HTTPError where the gateway was not reached; what the caller can mend is in the answer's `userErrors`.
    """

    def __init__(self, url: str, key: str | None = None, *, timeout: float = 30) -> None:
        """Take the gateway's address, such as https://example.org, a client key or token, and seconds to wait."""
        credential = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx.AsyncClient(base_url=url, headers=credential, timeout=timeout)
        super().__init__(
            "/graphql",
            http_client=cast("HttpClient", self._http),  # whose `post` takes by name what is given by name
            ws_url=f"ws{url.removeprefix('http').rstrip('/')}/graphql",
            ws_connection_init_payload=credential,
        )

    async def download(self, path: str) -> bytes:
        """Return the bytes behind a document's `url`. Raises httpx.HTTPError."""
        response = await self._http.get(path)
        return response.raise_for_status().content
