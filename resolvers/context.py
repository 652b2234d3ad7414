"""What every resolver may use: who asks, the ports, how this deployment issues, and the time of the request."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

import strawberry
from strawberry.dataloader import DataLoader

from credential.access import Caller, Proof, own_rows
from credential.certificate import Certificate, Status
from credential.operations import documents, fetch, stats
from credential.operations.documents import DocumentFormat, Page, Press, Templates
from credential.operations.files import MAX_FILE
from credential.operations.sealing import Shelf
from credential.policy import IssuancePolicy
from credential.ports import (
    AccessLog,
    Artifacts,
    Bundles,
    ClientKeys,
    Contacting,
    Corrections,
    Counting,
    Event,
    Figuring,
    FileChunks,
    Files,
    Holders,
    ImportResults,
    Imports,
    Intake,
    Jobs,
    KeyRing,
    Notices,
    OneTimeCodes,
    Overseeing,
    Queue,
    Reaching,
    ReadAllowance,
    Reading,
    Reports,
    Request,
    Revoking,
    Sharing,
    Trust,
    Uploads,
    Works,
)
from credential.rendering import Layout


@dataclass(frozen=True, slots=True)
class Ports:
    """The doors to the outside, opened by the composition root."""

    intake: Intake
    reading: Reading
    revoking: Revoking
    reaching: Reaching
    counting: Counting
    figuring: Figuring
    allowance: ReadAllowance
    jobs: Jobs
    keys: KeyRing
    trust: Trust
    accesses: AccessLog
    codes: OneTimeCodes
    notices: Notices
    corrections: Corrections
    contacting: Contacting
    queue: Queue
    artifacts: Artifacts
    bundles: Bundles
    uploads: Uploads
    files: Files
    file_chunks: FileChunks
    works: Works
    imports: Imports
    results: ImportResults
    overseeing: Overseeing
    client_keys: ClientKeys
    holders: Holders
    sharing: Sharing
    reports: Reports


@dataclass(frozen=True, slots=True)
class Deployment:
    """How this deployment issues and prints; `document_secret` names and encrypts rendered documents."""

    policy: IssuancePolicy
    issuer_name: str
    document_secret: bytes = field(repr=False)
    templates: Templates = field(default_factory=Templates)
    randomness: Callable[[int], bytes] = secrets.token_bytes
    sends_codes: bool = True
    largest_upload: int = MAX_FILE
    public_url: str = ""


@dataclass(slots=True)
class Context:
    """One request's context. `requester` is the client, or the address of who has no key.

    `events` are counted after the response is complete, one access per certificate.
    """

    caller: Caller
    ports: Ports
    deployment: Deployment
    now: datetime
    request_id: str
    requester: str = ""
    events: dict[str, Event] = field(default_factory=dict)
    _versions: DataLoader[tuple[str, Proof | None], Certificate | None] | None = None
    _own: DataLoader[str, Certificate | None] | None = None
    _histories: DataLoader[str, list[Certificate]] | None = None
    _statuses: DataLoader[str, Status | None] | None = None

    def request(self, operation: str, key: str | None, fingerprint: bytes) -> Request:
        """Return what a mutation carries to the store."""
        return Request(self.caller, operation, key, fingerprint, self.now)

    def accessed(self, certificate: Certificate, form: str, language: str = "") -> None:
        """Note an access, once per certificate and request."""
        event = stats.access(certificate, self.caller, form=form, now=self.now, language=language)
        self.events.setdefault(certificate.id, event)

    def verified(self, verdict: str) -> None:
        """Note a verification: its verdict, never what was verified."""
        self.events[f"verification {len(self.events)}"] = stats.verification(self.caller, verdict, self.now)

    async def version(self, certificate_id: str, proof: Proof | None) -> Certificate | None:
        """Return another version; those that one level of a query asks for are read in one statement."""
        if self._versions is None:
            self._versions = DataLoader(load_fn=self._load_versions)
        return await self._versions.load((certificate_id, proof))

    async def own(self, certificate_id: str) -> Certificate | None:
        """Return a certificate that the caller's own mutation or job names; read in one statement per level."""
        if self._own is None:
            self._own = DataLoader(load_fn=self._load_own)
        return await self._own.load(certificate_id)

    async def history(self, certificate_id: str) -> list[Certificate]:
        """Return all versions for a certificate's dose, newest first; read in one statement per level."""
        if self._histories is None:
            self._histories = DataLoader(load_fn=self._load_histories)
        return await self._histories.load(certificate_id)

    @property
    def press(self) -> Press:
        """What documents are made with."""
        shelf = Shelf(self.ports.artifacts, self.deployment.document_secret)
        return Press(self.ports.reading, shelf, self.deployment.templates)

    async def page(
        self, certificate: Certificate, form: DocumentFormat, language: str | None, layout: Layout | None
    ) -> Page:
        """Return a document to ask for. Raises BadUserInput for a language or layout that there is not."""
        key = documents.document_key(certificate, form=form, language=language, layout=layout)
        return await documents.page_of(certificate, key, self.press)

    async def status(self, certificate_id: str) -> Status | None:
        """Return a certificate's state alone, for those who asked for no more: nothing is decrypted."""
        if self._statuses is None:
            self._statuses = DataLoader(load_fn=self.ports.reading.statuses)
        return await self._statuses.load(certificate_id)

    def look_again(self) -> None:
        """Forget what was read: a subscription tells what is, not what was."""
        self._versions = self._own = self._histories = self._statuses = None

    async def _load_versions(self, keys: list[tuple[str, Proof | None]]) -> Sequence[Certificate | None]:
        found: dict[tuple[str, Proof | None], Certificate | None] = {}
        for proof in {proof for _, proof in keys}:
            ids = [one for one, given in keys if given == proof]
            read = await fetch.certificates(
                ids,
                caller=self.caller,
                proof=proof,
                reading=self.ports.reading,
                counting=self.ports.counting,
                allowance=self.ports.allowance,
                now=self.now,
            )
            found.update(zip(((one, proof) for one in ids), read, strict=True))
        return [found[key] for key in keys]

    async def _load_histories(self, ids: list[str]) -> Sequence[list[Certificate]]:
        return await fetch.histories(ids, caller=self.caller, reading=self.ports.reading)

    async def _load_own(self, ids: list[str]) -> Sequence[Certificate | None]:
        return await self.ports.reading.by_ids(ids, visible=own_rows(self.caller))


Info: TypeAlias = strawberry.Info[Context, None]
