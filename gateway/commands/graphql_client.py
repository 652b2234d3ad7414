"""A small GraphQL client over the standard library, for commands that speak to a gateway."""

import http.client
import json
import shutil
from base64 import b64encode
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from credential.errors import BadUserInput, Unavailable

TIMEOUT_SECONDS = 60
_UNAUTHENTICATED = "The gateway does not accept the key; make one with `pramaan clients create`."
_REMEDIES = {
    "UNAUTHENTICATED": _UNAUTHENTICATED,
    "FORBIDDEN": "The key lacks the scope for this; make another with `pramaan clients create --scope ...`.",
    "RATE_LIMITED": "The gateway asks to slow down; try again in a while.",
    "PAYLOAD_TOO_LARGE": "The gateway refuses a body of this size; send fewer records at once.",
}


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway's address, such as http://127.0.0.1:8000, and the key to show it (None = anyone)."""

    url: str
    key: str | None = field(default=None, repr=False)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and body of a GET. Raises Unavailable when nothing answers."""
        return self._send(Request(self._address(path), headers=self._headers()))  # noqa: S310 - _address allows http(s) only

    def read_json(self, path: str) -> dict[str, Any]:
        """Return the JSON object of a GET. Raises Unavailable, BadUserInput for any other answer."""
        status, body = self.get(path)
        if status != HTTPStatus.OK:
            raise _refused(status)
        content: dict[str, Any] = json.loads(body)
        return content

    def put(self, path: str, data: bytes, sha256: bytes) -> None:
        """Send bytes with their digest (RFC 9530). Raises Unavailable, BadUserInput for any other answer."""
        digest = f"sha-256=:{b64encode(sha256).decode()}:"
        headers = {**self._headers(), "Content-Type": "application/octet-stream", "Content-Digest": digest}
        request = Request(self._address(path), data=data, headers=headers, method="PUT")  # noqa: S310 - _address allows http(s) only
        status, _ = self._send(request)
        if status >= HTTPStatus.BAD_REQUEST:
            raise _refused(status)

    def save(self, path: str, file: Path) -> None:
        """Write the answer of a GET to a file, a piece at a time. Raises Unavailable, OSError from the file."""
        request = Request(self._address(path), headers=self._headers())  # noqa: S310 - _address allows http(s) only
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer, file.open("wb") as target:  # noqa: S310 - as above
                shutil.copyfileobj(answer, target)
        except (URLError, http.client.HTTPException):
            raise Unavailable("The gateway did not send the file to its end; try again.") from None

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
        """Send a GraphQL document and return `data`.

        Raises Unavailable when nothing answers or the gateway is full, BadUserInput with the remedy for other errors.
        """
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {**self._headers(), "Content-Type": "application/json", "Accept": "application/json"}
        status, answer = self._send(Request(self._address("/graphql"), data=body, headers=headers))  # noqa: S310 - as above
        try:
            content = json.loads(answer)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise Unavailable(f"No GraphQL gateway answers at this address (HTTP {status}); check --url.")
        if content.get("errors") or not isinstance(content.get("data"), dict):
            raise _failure(content.get("errors") or [{}], status)
        data: dict[str, Any] = content["data"]
        return data

    def _address(self, path: str) -> str:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadUserInput("--url must be an http(s) address such as http://127.0.0.1:8000.", ("url",))
        return f"{parts.scheme}://{parts.netloc}{path}"

    def _headers(self) -> dict[str, str]:
        return {} if self.key is None else {"Authorization": f"Bearer {self.key}"}

    def _send(self, request: Request) -> tuple[int, bytes]:
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 - _address allows http(s) only
                return answer.status, answer.read()
        except HTTPError as refused:
            with refused:
                return refused.code, refused.read()
        except (URLError, http.client.HTTPException, OSError):
            raise Unavailable(
                "No gateway answers at this address; start one with `pramaan serve` or check --url."
            ) from None


def _refused(status: int) -> BadUserInput | Unavailable:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
        return Unavailable(f"The gateway is busy (HTTP {status}); run the same again.")
    return BadUserInput(f"The gateway refused the file (HTTP {status}).")


def _failure(errors: list[dict[str, Any]], status: int) -> BadUserInput | Unavailable:
    first = errors[0]
    code = str((first.get("extensions") or {}).get("code", f"HTTP {status}"))
    if code in ("UNAVAILABLE", "TIMEOUT"):
        return Unavailable("The gateway is busy or its store is away; try again.")
    return BadUserInput(_REMEDIES.get(code, f"The gateway refused the request: {first.get('message', '')} ({code})"))
