"""The typed clients of web/clients against a real gateway: one walk in both languages, and Python's typed answers."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pramaan_client import Client
from pramaan_client.generated import (
    BeneficiaryProof,
    CertificateStatus,
    CreateClientInput,
    GraphQLClientGraphQLMultiError,
    IssueCertificatesInput,
    IssueCertificatesIssueCertificatesResultsErrorDuplicateError,
    JobState,
    Scope,
    UserErrorCode,
)
from tests.flow.house import record
from tests.servers.missing import missing
from tests.servers.whole import Whole, whole

WALK = """issued: ISSUED
fetched: FINAL Sample Person 1
document: %PDF
verified: VALID
revoked: REVOKED
verified: REVOKED
"""
FOLLOW = """
import { Client, JobProgressDocument, JobResultsDocument, NoAnswer } from "./client.ts";

const { URL: url, SOURCE, PARTNER, JOB: id } = process.env;
let last;
for await (const { jobProgress } of new Client(url, SOURCE).follow(JobProgressDocument, { id })) {
  last = jobProgress;
}
console.log(last.state, last.done);
const partner = new Client(url, PARTNER);
for (const refused of [() => partner.ask(JobResultsDocument, { id }), () => partner.download("/nothing")]) {
  const error = await refused().catch((thrown) => thrown);
  console.log(error instanceof NoAnswer && (error.problems[0]?.extensions.code ?? error.status));
}
"""
STRIPS_TYPES = (22, 18)
"""From this version on, Node runs TypeScript as it is."""


@dataclass(frozen=True)
class Keys:
    """Where it is served, and the keys of a source system, an administrator and a partner."""

    url: str
    source: str
    admin: str
    partner: str


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole(tmp_path_factory.mktemp("typed")) as running:
        yield running


@pytest.fixture
async def keys(serving: Whole) -> Keys:
    async with Client(serving.url, serving.admin) as admin:
        made = await admin.create_client(CreateClientInput(name="Sample app", scopes=[Scope.FETCH], channel="sample"))
    assert made.key
    return Keys(serving.url, serving.source, serving.admin, made.key)


@pytest.fixture
async def source(keys: Keys) -> AsyncIterator[Client]:
    async with Client(keys.url, keys.source) as client:
        yield client


def node() -> str:
    """Return a Node that runs TypeScript: of this environment, else from PATH."""
    found = shutil.which("node", path=sysconfig.get_path("scripts")) or shutil.which("node")
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout if found else ""
    if found is None or tuple(map(int, version.strip("v\n").split(".")))[:2] < STRIPS_TYPES:
        missing("Node 22.18", "run `make develop`, which brings a wheel")
    return found


def walked(command: list[str], directory: Path, keys: Keys, beneficiary: str) -> str:
    return printed([*command, keys.url, keys.source, keys.partner, beneficiary], directory)


def copied_client(project: Path, directory: Path) -> None:
    for name in ("client.ts", "operations.ts"):
        shutil.copy(project / "web/clients/typescript" / name, directory)
    (directory / "package.json").write_text('{"type": "module"}')


def printed(command: list[str], directory: Path, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=directory, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_python_example_issues_fetches_verifies_and_revokes(project: Path, keys: Keys) -> None:
    command = [sys.executable, "example.py"]
    assert walked(command, project / "web/clients/python", keys, "30000000000001") == WALK


def test_the_typescript_example_does_the_same(project: Path, keys: Keys) -> None:
    command = [node(), "example.ts"]
    assert walked(command, project / "web/clients/typescript", keys, "30000000000002") == WALK


async def test_the_snippets_of_the_guide(project: Path, tmp_path: Path, keys: Keys, source: Client) -> None:
    given = record("10000000000001", mobile="+919000000001")
    await source.issue_certificates(IssueCertificatesInput(recordsJson=[given], waitMs=10_000))
    guide = (project / "docs/client-apps.md").read_text(encoding="utf-8")
    for language, name in (("python", "app.py"), ("typescript", "app.ts")):
        [snippet] = re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)
        (tmp_path / name).write_text(snippet, encoding="utf-8")
    copied_client(project, tmp_path)
    environment = {"URL": keys.url, "KEY": keys.partner, "PYTHONPATH": str(project / "web/clients/python")}
    assert printed([sys.executable, "app.py"], tmp_path, **environment) == "ISSUED\n"
    assert printed([node(), "app.ts"], tmp_path, **environment) == "ISSUED\n"


def test_the_lock_file_names_no_registry(project: Path) -> None:
    assert '"resolved"' not in (project / "web/clients/typescript/package-lock.json").read_text(encoding="utf-8")


async def test_what_the_caller_can_mend_is_a_typed_answer(source: Client) -> None:
    given = IssueCertificatesInput(recordsJson=[record("30000000000003")], waitMs=10_000)
    [first] = (await source.issue_certificates(given)).results
    [second] = (await source.issue_certificates(given)).results
    assert first.certificate
    assert first.certificate.status == CertificateStatus.ISSUED
    assert isinstance(second.error, IssueCertificatesIssueCertificatesResultsErrorDuplicateError)
    assert second.error.code == UserErrorCode.DUPLICATE
    assert second.error.existingCertificateId == first.certificate.id


async def test_a_job_is_followed_to_its_end(source: Client) -> None:
    records = [record(str(30_000_000_000_010 + number)) for number in range(3)]
    job = (await source.issue_certificates(IssueCertificatesInput(recordsJson=records))).job
    assert job
    told = [event async for event in source.job_progress(job.id)]
    assert (told[-1].state, told[-1].total, told[-1].done) == (JobState.FINISHED, 3, 3)
    results = await source.job_results(job.id, first=2)
    assert results
    assert [one.index for one in results.results.nodes] == [0, 1]
    assert results.results.pageInfo.hasNextPage


async def test_typescript_follows_a_job_and_throws_what_is_refused(
    project: Path, tmp_path: Path, keys: Keys, source: Client
) -> None:
    records = [record(str(30_000_000_000_020 + number)) for number in range(3)]
    job = (await source.issue_certificates(IssueCertificatesInput(recordsJson=records))).job
    assert job
    copied_client(project, tmp_path)
    (tmp_path / "follow.ts").write_text(FOLLOW, encoding="utf-8")
    environment = {"URL": keys.url, "SOURCE": keys.source, "PARTNER": keys.partner, "JOB": job.id}
    assert printed([node(), "follow.ts"], tmp_path, **environment) == "FINISHED 3\nFORBIDDEN\n404\n"


async def test_without_a_right_proof_there_is_nothing(keys: Keys, source: Client) -> None:
    await source.issue_certificates(IssueCertificatesInput(recordsJson=[record("30000000000004")], waitMs=10_000))
    async with Client(keys.url, keys.partner) as partner:
        wrong = await partner.latest_certificate("30000000000004", BeneficiaryProof(mobile="+919999900009"))
        right = await partner.latest_certificate("30000000000004", BeneficiaryProof(mobile="+919999900001"))
    assert wrong is None
    assert right
    assert right.latestCertificate


async def test_what_a_key_does_not_allow_is_raised_with_its_code(keys: Keys) -> None:
    async with Client(keys.url, keys.partner) as partner:
        with pytest.raises(GraphQLClientGraphQLMultiError) as refused:
            await partner.issue_certificates(IssueCertificatesInput(recordsJson=[record()]))
    assert [error.extensions and error.extensions["code"] for error in refused.value.errors] == ["FORBIDDEN"]
