"""Which document a request means: its own text, or one that an operator trusted, by SHA-256 (contract, Over HTTP).

A trusted one is named by `documentId: "sha256:<hex>"`, or in the older form by `extensions.persistedQuery.sha256Hash`.
"""

import re
from collections import OrderedDict
from hashlib import sha256

from credential.access import Caller
from credential.ports import TrustedDocuments
from gateway.bodies import Parameters
from gateway.faults import BAD_REQUEST, DOCUMENT_UNKNOWN, refuse
from resolvers.errors import FORBIDDEN

MAX_KEPT = 1_000
PREFIX = "sha256:"
_HASH = re.compile(r"[0-9a-f]{64}")
_NEITHER = "Send query (text), or documentId of a trusted document."


class TrustedTexts:
    """Reads trusted documents, and remembers those that were asked for: a removed one works on until a restart."""

    def __init__(self, store: TrustedDocuments) -> None:
        """Take the port."""
        self._store = store
        self._kept: OrderedDict[str, str] = OrderedDict()

    async def text_of(self, parameters: Parameters, caller: Caller) -> str:
        """Return the text to execute. Raises RequestFault."""
        name = document_hash(parameters)
        if name is None and parameters.query is None:
            raise refuse(BAD_REQUEST, _NEITHER)
        if parameters.query is not None:
            return await self._of_text(parameters.query, name, caller)
        text = await self._trusted(name or "")
        if text is None:
            raise refuse(DOCUMENT_UNKNOWN, "No trusted document has this SHA-256; an operator adds it.")
        return text

    async def _of_text(self, text: str, name: str | None, caller: Caller) -> str:
        if name is None and not caller.terms.trusted_only:
            return text
        found = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if name is not None and name != found:
            raise refuse(BAD_REQUEST, "The query does not have the SHA-256 that the request names.")
        if caller.terms.trusted_only and await self._trusted(found) is None:
            raise refuse(FORBIDDEN, "The client may send trusted documents only; an operator adds them.")
        return text

    async def _trusted(self, name: str) -> str | None:
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        text = await self._store.trusted_document(name)
        if text is not None:
            self._kept[name] = text
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return text


def document_hash(parameters: Parameters) -> str | None:
    """Return the SHA-256 that a request names, None where it names none. Raises RequestFault for another form."""
    persisted = (parameters.extensions or {}).get("persistedQuery")
    old = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if parameters.document_id is None and old is None:
        return None
    name = old if parameters.document_id is None else parameters.document_id.removeprefix(PREFIX)
    if not isinstance(name, str) or not _HASH.fullmatch(name):
        raise refuse(BAD_REQUEST, "Name a document as sha256: and 64 lower-case hexadecimal digits.")
    return name
