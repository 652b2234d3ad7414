"""The sandbox's keys, names and marks; and each way in which it might count somewhere else, refused."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from backends.registry import open_signer, open_store
from backends.settings import Settings
from backends.signers.sandbox import ed25519_key, open_sandbox, rsa_key
from backends.templates import open_templates
from credential import proof, sandbox
from credential.certificate import Stage
from credential.document import ToIssue, build
from credential.errors import ConfigurationError
from credential.formats.pictures import read_codes
from credential.jwk import thumbprint, to_pem
from credential.key_choice import choose
from credential.keys import Profile, PublicKey
from credential.primitives import PrivateKey
from credential.rendering import Layout, render_pdf, render_png
from credential.sample import sample, sample_certificate, sample_id
from credential.verification import CheckCode, Policy, Verdict, Verification
from gateway.cli import main
from tests.issued import CERTIFICATE_ID, DID, ISSUED_AT, Json, check, kind_of, public_key, record
from tests.unit.test_settings import PRODUCTION, refusal

KEYS: Mapping[str, Callable[[], PrivateKey]] = {"RSA": rsa_key, "Ed25519": ed25519_key}
OURS = public_key(issuer="https://cowin.gov.in/", verification_method="did:india"), public_key(issuer=DID)


def settings(directory: Path, environment: str = "sandbox", **more: str) -> Settings:
    given = {"ENV": environment, "DATA_DIR": str(directory), **more}
    return Settings.from_environment({f"PRAMAAN_{name}": value for name, value in given.items()})


async def sampled(profile: Profile, directory: Path) -> tuple[Json, tuple[PublicKey, ...]]:
    """Issue as a sandbox does; return the credential and the public keys."""
    chosen, kind = settings(directory), kind_of(profile)
    item = ToIssue(CERTIFICATE_ID, record(kind), kind, ISSUED_AT, "5b1f4f0e-2d0b-4a5c-9a45-d1a9a7f4b6c3")
    [document] = build([item], profile=profile, policy=chosen.policy())
    async with open_sandbox(chosen) as signer:
        keys = tuple(signer.keys())
        key = choose(keys, profile, ISSUED_AT)
        suite, method = proof.suite_for(profile, key.algorithm), key.verification_method or ""
        prepared = proof.prepare([document], suite=suite, created=ISSUED_AT, verification_method=method)
        signatures = await signer.sign(key.id, key.algorithm, [one.signing_input for one in prepared])
    return proof.attach(prepared, signatures)[0], keys


def issuer_check(verification: Verification) -> str:
    return next(one.message for one in verification.checks if one.code is CheckCode.ISSUER)


async def refused(chosen: Settings) -> str:
    with pytest.raises(ConfigurationError) as caught:
        async with open_signer(chosen):
            pass
    return str(caught.value)


def test_the_published_keys_are_those_that_are_known() -> None:
    assert {thumbprint(make().public_key()) for make in KEYS.values()} == sandbox.KEY_IDS
    assert rsa_key().key_size == 2048


@pytest.mark.parametrize("profile", list(Profile))
async def test_a_sample_names_a_sandbox_and_is_valid_there(profile: Profile, tmp_path: Path) -> None:
    document, keys = await sampled(profile, tmp_path)
    assert sandbox.names_sandbox(document["issuer"])
    assert "sandbox" in document["proof"]["verificationMethod"]
    assert check(document, *keys, policy=Policy.OFFLINE).verdict is Verdict.VALID


@pytest.mark.parametrize("profile", list(Profile))
async def test_elsewhere_a_sample_is_of_an_unknown_issuer_and_told_to_be_a_sample(
    profile: Profile, tmp_path: Path
) -> None:
    document, _ = await sampled(profile, tmp_path)
    found = check(document, *OURS)
    assert found.verdict is Verdict.UNKNOWN_ISSUER
    assert issuer_check(found).startswith("A sample of a sandbox")


async def test_a_sample_that_names_the_issuer_is_invalid(tmp_path: Path) -> None:
    document, _ = await sampled(Profile.COWIN_V1, tmp_path)
    document["issuer"], document["proof"]["verificationMethod"] = "https://cowin.gov.in/", "did:india"
    found = check(document, *OURS, policy=Policy.OFFLINE)
    assert (found.verdict, issuer_check(found)) == (Verdict.INVALID, "The issuer is known.")


def test_a_name_like_it_is_no_sandbox() -> None:
    assert sandbox.names_sandbox("did:web:localhost%3A8000:sandbox")
    others = ("https://cowin.gov.in/", "did:web:sandbox", "https://example.org/:sandbox", "did:key:sandbox")
    assert not any(map(sandbox.names_sandbox, others))


@pytest.mark.parametrize("environment", ["production", "development"])
def test_the_sandbox_signer_outside_of_a_sandbox(environment: str) -> None:
    message = refusal({**PRODUCTION, "PRAMAAN_ENV": environment, "PRAMAAN_SIGNER_URL": "sandbox:"})
    assert message == "PRAMAAN_SIGNER_URL is sandbox:, whose keys everybody has; only PRAMAAN_ENV=sandbox takes it."


@pytest.mark.parametrize(
    ("name", "value"),
    [("SIGNER_URL", "file:/keys"), ("ISSUER", "https://cowin.gov.in/"), ("KEY_ID", "did:india")],
)
def test_a_sandbox_with_an_issuers_keys_or_name(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=rf"PRAMAAN_{name} must be \S+ where PRAMAAN_ENV is sandbox"):
        settings(tmp_path, **{name: value})


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("environment", ["production", "development"])
async def test_a_key_file_with_a_published_key(algorithm: str, environment: str, tmp_path: Path) -> None:
    pem = KEYS[algorithm]().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "one.pem").write_bytes(pem)
    (tmp_path / "keys.toml").write_text(f'[one]\nalgorithm = "{algorithm}"\nactivation = 2026-01-01T00:00:00Z\n')
    given = {**PRODUCTION, "PRAMAAN_ENV": environment, "PRAMAAN_SIGNER_URL": f"file:{tmp_path}"}
    assert "with which everybody can sign" in await refused(Settings.from_environment(given))


async def register(chosen: Settings) -> None:
    async with open_store(chosen) as store, open_signer(chosen) as signer:
        await store.register(signer.keys())


@pytest.mark.parametrize(
    ("first", "then", "whose"), [("sandbox", "development", "a sandbox"), ("development", "sandbox", "an issuer")]
)
async def test_the_store_of_the_other_kind(first: str, then: str, whose: str, tmp_path: Path) -> None:
    await register(settings(tmp_path, first))
    with pytest.raises(ConfigurationError, match=f"names the store of {whose}"):
        await register(settings(tmp_path, then))
    async with open_store(settings(tmp_path, first)) as store:
        assert len(await store.public_keys()) == 2


async def test_production_with_the_store_of_a_sandbox(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    await register(chosen)
    secrets = dict(line.split("=", 1) for line in (tmp_path / "development-secrets").read_text().splitlines())
    own = {f"PRAMAAN_{name}": value for name, value in secrets.items()}
    production = Settings.from_environment({**PRODUCTION, **own, "PRAMAAN_STORE_URL": chosen.store_url})
    with pytest.raises(ConfigurationError, match="names the store of a sandbox"):
        async with open_store(production):
            pass


def test_a_published_key_on_the_trust_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRAMAAN_DATA_DIR", str(tmp_path))
    file = tmp_path / "published.pem"
    file.write_text(to_pem(rsa_key().public_key()))
    assert main(["trust", "add", str(file), "--issuer", sandbox.ISSUER, "--name", "Sample"]) == 2
    assert "with which everybody can sign" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("layout", list(Layout))
def test_every_page_says_that_it_is_no_certificate(layout: Layout, tmp_path: Path) -> None:
    certificate = sample_certificate(sample_id(Stage.FINAL), language="HI", layout=layout)
    shown = {}
    for environment in ("sandbox", "development"):
        template, _ = open_templates(settings(tmp_path, environment)).find(certificate, "HI", layout)
        page = sample(template, language="HI", layout=layout, stage=Stage.FINAL)
        pdf = pypdfium2.PdfDocument(render_pdf(page, language="HI"))
        texts = [one.get_textpage().get_text_range() for one in pdf]
        shown[environment] = [pdf.get_metadata_value("Title"), *texts]
    assert all("SAMPLE / NOT VALID" in text for text in shown["sandbox"])
    assert not any("NOT VALID" in text for text in shown["development"])


@pytest.mark.parametrize("layout", list(Layout))
def test_the_code_of_a_marked_page_is_read(layout: Layout, tmp_path: Path) -> None:
    certificate = sample_certificate(sample_id(Stage.FINAL), language="EN", layout=layout)
    template, _ = open_templates(settings(tmp_path)).find(certificate, "EN", layout)
    page = sample(template, language="EN", layout=layout, stage=Stage.FINAL)
    assert read_codes(render_png(page, language="EN")) == read_codes(page.qr) != []
