"""Signing keys: make one for a key directory, list those that the issuer publishes."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)
from rich.table import Column, Table

from backends.settings import KEY_PASSPHRASE
from backends.signers.directory import KEYS_FILE, read_directory
from backends.variables import Variables
from credential.errors import BadUserInput, ConfigurationError
from credential.jwk import thumbprint, to_pem
from credential.keys import Algorithm, PublicKey
from credential.primitives import PrivateKey
from gateway.commands.clock import now
from gateway.commands.deployment import settings
from gateway.commands.published_keys import published_keys
from gateway.commands.terminal import out, print_json, say

RSA_BITS = 2048
RSA_EXPONENT = 65537
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[A-Za-z0-9._:%#/?=&-]+")

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="rich", help=__doc__)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def generate(
    *,
    algorithm: Annotated[Algorithm, typer.Option(help="RSA for Co-WIN certificates, Ed25519 or P-256 for the rest.")],
    out_dir: Annotated[Path, typer.Option("--out", help="The key directory; it is made if need be.", file_okay=False)],
    name: Annotated[str | None, typer.Option(help="Name of the key; default its algorithm and the day.")] = None,
    activation: Annotated[datetime | None, typer.Option(help="When it begins to sign, UTC; default now.")] = None,
    retirement: Annotated[datetime | None, typer.Option(help="When it stops signing, UTC; default never.")] = None,
    verification_method: Annotated[
        str | None, typer.Option(help="Name in proofs, such as did:india; default by algorithm.", metavar="ID")
    ] = None,
    insecure_plain: Annotated[
        bool, typer.Option("--insecure-plain", help="Write the private key without a passphrase.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a private key in a key directory, encrypted with PRAMAAN_KEY_PASSPHRASE.

    The directory gets NAME.pem and a table in keys.toml that says when it
    signs. Point PRAMAAN_SIGNER_URL of the workers at it; the gateway needs none.
    RSA keys sign Co-WIN certificates as did:india, the others vc2 and the status
    lists as our did:web, so a directory needs one of each;
    --verification-method did:india makes an Ed25519 key sign Co-WIN's, too.

      export PRAMAAN_KEY_PASSPHRASE_FILE=/run/secrets/passphrase
      pramaan keys generate --algorithm RSA --out keys
    """
    starts = _utc(activation) if activation else now().replace(microsecond=0)
    chosen = name or f"{algorithm.value.lower()}-{starts:%Y-%m-%d}"
    _check(chosen, starts, retirement, verification_method)
    private = _new_key(algorithm)
    table = _toml(chosen, algorithm, starts, retirement, verification_method)
    _store(out_dir, chosen, private, table, _encryption(plain=insecure_plain))
    public = private.public_key()
    if json:
        print_json({"name": chosen, "id": thumbprint(public), "algorithm": algorithm, "publicKeyPem": to_pem(public)})
        return
    say(f"{out_dir / chosen}.pem and its table in {out_dir / KEYS_FILE} are written.")
    say(f"id  {thumbprint(public)}")
    say(to_pem(public).rstrip())
    lists = "an Ed25519 key beside it, for the status lists; then " if algorithm is Algorithm.RSA else ""
    say(f"Next: {lists}PRAMAAN_SIGNER_URL=file:{out_dir.absolute()} pramaan worker", style="dim")


@app.command("list")
def list_keys(
    *,
    directory: Annotated[
        Path | None, typer.Option("--dir", help="List a key directory instead of the store.", exists=True)
    ] = None,
    json: Json = False,
) -> None:
    """List the issuer's public keys as workers registered them in the store.

    Retired keys stay: what they signed is to be verified for good. With --dir
    the private keys are opened, so set PRAMAAN_KEY_PASSPHRASE.

      pramaan keys list
      pramaan keys list --dir keys
    """
    found = published_keys() if directory is None else _in_directory(directory)
    if json:
        print_json([_as_json(key) for key in found])
    elif found:
        out().print(_table(found))
    else:
        say("No key yet; a worker registers its keys when it starts.")


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _check(name: str, activation: datetime, retirement: datetime | None, method: str | None) -> None:
    if not _NAME.fullmatch(name):
        raise BadUserInput("--name may have letters, digits, hyphen and underscore, at most 60.", ("name",))
    if retirement is not None and _utc(retirement) <= activation:
        raise BadUserInput("--retirement must be after the activation.", ("retirement",))
    if method is not None and not _METHOD.fullmatch(method):
        raise BadUserInput("--verification-method must be an id such as did:india.", ("verificationMethod",))


def _new_key(algorithm: Algorithm) -> PrivateKey:
    match algorithm:
        case Algorithm.RSA:
            return generate_rsa(RSA_EXPONENT, RSA_BITS)
        case Algorithm.ED25519:
            return Ed25519PrivateKey.generate()
        case Algorithm.P256:
            return generate_ec(SECP256R1())


def _encryption(*, plain: bool) -> KeySerializationEncryption:
    """Return how the PEM is encrypted. Raises ConfigurationError without a passphrase."""
    variables = Variables(os.environ)
    passphrase = variables.read(KEY_PASSPHRASE)
    variables.check()
    if passphrase:
        return BestAvailableEncryption(passphrase.encode())
    if plain:
        return NoEncryption()
    raise ConfigurationError(
        "PRAMAAN_KEY_PASSPHRASE is not set; set it or PRAMAAN_KEY_PASSPHRASE_FILE, so that the key is encrypted."
    )


def _toml(
    name: str, algorithm: Algorithm, activation: datetime, retirement: datetime | None, method: str | None
) -> str:
    """Return the key's table. A key of Co-WIN profiles demands the binding mark from its first day on."""
    lines = [f"[{name}]", f'algorithm = "{algorithm}"', f"activation = {activation.isoformat()}"]
    if retirement is not None:
        lines.append(f"retirement = {_utc(retirement).isoformat()}")
    if method is not None:
        lines.append(f'verificationMethod = "{method}"')
    if algorithm is Algorithm.RSA or (method is not None and "#" not in method):
        lines.append(f"boundFrom = {activation.isoformat()}")
    return "\n".join(lines) + "\n"


def _store(directory: Path, name: str, private: PrivateKey, table: str, encryption: KeySerializationEncryption) -> None:
    """Write the PEM, then its table; an existing key is never overwritten."""
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    tables = directory / KEYS_FILE
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(directory / f"{name}.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
        with os.fdopen(os.open(tables, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w") as file:
            file.write(("\n" if tables.stat().st_size else "") + table)
    except FileExistsError:
        raise BadUserInput("The directory has a key of this name; choose another --name.", ("name",)) from None
    except OSError:
        raise BadUserInput("The directory cannot be written; check --out and its permissions.", ("out",)) from None


def _in_directory(directory: Path) -> list[PublicKey]:
    return [key.public for key in read_directory(directory, settings())]


def _as_json(key: PublicKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "algorithm": key.algorithm,
        "issuer": key.issuer,
        "verificationMethod": key.verification_method,
        "activeFrom": key.active_from.isoformat() if key.active_from else None,
        "retiredAt": key.retired_at.isoformat() if key.retired_at else None,
        "publicKeyPem": key.pem,
    }


def _table(found: list[PublicKey]) -> Table:
    table = Table(
        Column("id", overflow="fold"), "algorithm", Column("verificationMethod", overflow="fold"), "from", "until"
    )
    for key in found:
        table.add_row(
            key.id,
            key.algorithm,
            key.verification_method or "any",
            f"{key.active_from:%Y-%m-%d}" if key.active_from else "ever",
            f"{key.retired_at:%Y-%m-%d}" if key.retired_at else "",
        )
    return table
