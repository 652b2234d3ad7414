"""The whole house in one process: gateway on SQLite, and a queue that does the work as soon as it is told."""

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from backends.artifacts.memory import MemoryArtifacts
from backends.notifiers.memory import MemoryNotifier
from backends.registry import open_tokens
from backends.settings import Settings
from backends.signers.development import open_development
from backends.sql.store import SqlStore, open_store
from credential.access import Scope
from credential.jobs import Job
from credential.operations import (
    bundles,
    contacts,
    documents,
    earlier_doses,
    issue,
    notifying,
    one_time_codes,
    revoke,
    stats,
    status_lists,
)
from credential.operations.documents import Press
from credential.operations.sealing import Shelf
from credential.ports import Client, Signer
from gateway.app import create_app
from gateway.limits import Limits
from gateway.login import login_of
from gateway.state import Composition
from tests.stores import sqlite_store

JSON = dict[str, Any]
ISSUE = """mutation($input: IssueCertificatesInput!) { issueCertificates(input: $input) {
  results { index certificate { id status stage } error { code message path
    ... on DuplicateError { existingCertificateId } } }
  job { id total } userErrors { code message path } } }"""
UPDATE = """mutation($input: UpdateCertificateInput!) { updateCertificate(input: $input) {
  certificate { id status version correctionsRemaining }
  userErrors { code path ... on StaleVersionError { currentVersion } } } }"""
REVOKE = """mutation($input: RevokeCertificatesInput!) { revokeCertificates(input: $input) {
  certificates { id status revocation { at reason } } userErrors { code path } } }"""
CERTIFICATE = """query($id: ID!, $proof: BeneficiaryProof) { certificate(id: $id, proof: $proof) {
  id status version holder { name age } vaccination { name date } facility { name } credential } }"""
VERIFY = """query($input: VerifyInput!) { verify(input: $input) {
  verdict checks { code status } facts { name } newerCertificateExists } }"""


@dataclass
class Workbench:
    """Implements Queue: runs each job when it arrives, as workers do. `idle` leaves the work lying."""

    store: SqlStore
    signer: Signer
    artifacts: MemoryArtifacts
    settings: Settings
    idle: bool = False
    notifier: MemoryNotifier = field(default_factory=MemoryNotifier)
    seen: list[Job] = field(default_factory=list)

    @property
    def press(self) -> Press:
        """What workers render with."""
        return Press(self.store, Shelf(self.artifacts, self.settings.document_secret()))

    async def enqueue(self, jobs: Sequence[Job]) -> None:
        """Do the work."""
        self.seen += jobs
        for job in () if self.idle else jobs:
            await self._do(job)

    async def publish_lists(self, now: datetime) -> int:
        """Publish the status lists as of a time, as workers do again and again."""
        policy = self.settings.policy()
        return await status_lists.publish(lists=self.store, signer=self.signer, policy=policy, now=now)

    async def close(self) -> None:
        """Nothing to let go of."""

    async def _do(self, job: Job) -> None:  # noqa: C901 - a branch for each job
        now = datetime.now(UTC)
        if job.name == "sign":
            await issue.sign(job.ids, policy=self.settings.policy(), signing=self.store, signer=self.signer, now=now)
        elif job.name == "render":
            await documents.render(job.ids, self.press)
        elif job.name == "bundle":
            while await bundles.make_next(bundles=self.store, counting=self.store, press=self.press, now=now):
                pass
        elif job.name == "publish_revocations":
            await revoke.publish(revoking=self.store, now=now)
            await self.publish_lists(now)
        elif job.name == "send_codes":
            await one_time_codes.send(codes=self.store, notifier=self.notifier, now=now)
            await notifying.send_letters(contacting=self.store, notifier=self.notifier, now=now)
        elif job.name == "index_contacts":
            await contacts.index(job.ids, contacts=self.store)
        elif job.name == "notify":
            await notifying.notify(
                job.ids, notices=self.store, reading=self.store, notifier=self.notifier, link="http://test/certificates"
            )
        elif job.name == "earlier_doses":
            policy = self.settings.policy()
            await earlier_doses.correct_earlier(job.ids, store=self.store, policy=policy, queue=self, now=now)
        elif job.name == "rollup":
            await stats.fold(counting=self.store, now=now)


@dataclass
class House:
    """What tests hold on to."""

    app: Starlette
    http: httpx.AsyncClient
    store: SqlStore
    workbench: Workbench

    async def client(self, *scopes: Scope, channel: str | None = None) -> str:
        """Create a client; return its key."""
        key = "test-" + secrets.token_urlsafe(24)
        name = "Sample client"
        now = datetime.now(UTC)
        client = Client("c" + secrets.token_hex(6), name, frozenset(scopes), channel, "", now, None, None)
        await self.store.create(client, key)
        return key

    async def post(self, query: str, key: str | None = None, **variables: Any) -> httpx.Response:  # noqa: ANN401
        """Send an operation."""
        headers = {"accept": "application/graphql-response+json"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        return await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)

    async def ask(self, query: str, key: str | None = None, **variables: Any) -> JSON:  # noqa: ANN401
        """Send an operation that must have no errors; return its data."""
        response = await self.post(query, key, **variables)
        body: JSON = response.json()
        assert "errors" not in body, body
        data: JSON = body["data"]
        return data

    async def issue(self, key: str, *records: JSON, **more: Any) -> JSON:  # noqa: ANN401
        """Issue records as JSON and wait until they are signed; return the payload."""
        given = {"recordsJson": list(records), "waitMs": 10_000, **more}
        payload: JSON = (await self.ask(ISSUE, key, input=given))["issueCertificates"]
        return payload

    async def issued(self, key: str, **changes: Any) -> str:  # noqa: ANN401
        """Issue one sample record; return the certificate's id."""
        payload = await self.issue(key, record(**changes))
        certificate = payload["results"][0]["certificate"]
        assert certificate is not None, payload
        assert certificate["status"] == "ISSUED"
        identifier: str = certificate["id"]
        return identifier


def record(beneficiary: str = "10000000000001", dose: int = 1, total: int = 2, **recipient: Any) -> JSON:  # noqa: ANN401
    """Return a synthetic record."""
    return {
        "beneficiaryId": beneficiary,
        "recipient": {"name": "Sample Person 1", "age": 40, "mobile": "+919999900001", "dateOfBirth": "1980"}
        | recipient,
        "vaccination": {
            "name": "COVISHIELD",
            "batch": "SAMPLE-1",
            "manufacturer": "Serum Institute of India",
            "date": "2021-06-01T06:00:00Z",
            "dose": dose,
            "totalDoses": total,
        },
        "facility": {"name": "Sample Facility 1", "address": {"district": "Pune", "state": "Maharashtra"}},
    }


@asynccontextmanager
async def house(
    directory: Path, keys: Path, limits: Limits | None = None, *, development: bool = True, **settings_of: str
) -> AsyncIterator[House]:
    """Open a house on a fresh SQLite file; signing keys are shared by the session. `settings_of`: PRAMAAN_..."""
    environ = {f"PRAMAAN_{name}": value for name, value in settings_of.items()}
    settings = Settings.from_environment({"PRAMAAN_DATA_DIR": str(keys), **environ})
    async with (
        open_store(
            sqlite_store(directory),
            settings.store_keys(),
            corrects_earlier=settings.corrects_earlier,
        ) as store,
        open_development(settings) as signer,
        open_tokens(settings) as tokens,
    ):
        await store.register(signer.keys())
        workbench = Workbench(store, signer, MemoryArtifacts(), settings)
        await workbench.publish_lists(datetime.now(UTC))
        parts = Composition(
            store=store,
            queue=workbench,
            artifacts=workbench.artifacts,
            document_secret=settings.document_secret(),
            policy=settings.policy(),
            development=development,
            limits=limits or Limits(),
            tokens=tokens,
            login=login_of(settings),
        )
        app = create_app(parts)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
            yield House(app, http, store, workbench)
        await app.state.gateway.close()
