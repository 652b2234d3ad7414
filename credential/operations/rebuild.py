"""Rebuild documents from their stored intents, and compare with what was signed and kept.

For each profile: the unsigned document byte for byte, the digest of the bytes to sign, and the signature under the key
that was meant. Ed25519 gives the same signature each time, so with a signer the whole text is compared byte for byte;
RSA-PSS and ECDSA give another each time, and there the signature is verified.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from credential.errors import ConfigurationError, DocumentError
from credential.keys import Algorithm, Profile, PublicKey
from credential.operations.issue import SigningPart, prepare_all, to_text
from credential.policy import IssuancePolicy
from credential.ports import Signed, Signer
from credential.proof import attach, verify


class Fault(StrEnum):
    """What a rebuilt certificate and the stored one differ in."""

    NOT_REBUILT = "NOT_REBUILT"
    MISSING = "MISSING"
    DOCUMENT = "DOCUMENT"
    DIGEST = "DIGEST"
    SIGNATURE = "SIGNATURE"
    BYTES = "BYTES"


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference: where, by the member's path, never what: it is somebody's."""

    certificate_id: str
    fault: Fault
    profile: Profile | None = None
    where: str = ""


async def rebuild(
    batch: Sequence[Signed],
    *,
    policy: IssuancePolicy,
    keys: Sequence[PublicKey],
    now: datetime,
    signer: Signer | None = None,
) -> list[Finding]:
    """Return the differences of a batch, in its order. `keys` are public; `signer` signs again where it can."""
    parts, failures = prepare_all([one.item for one in batch], policy, keys, now)
    of: dict[str, list[SigningPart]] = {}
    for part in parts:
        of.setdefault(part.certificate_id, []).append(part)
    again = await _again(parts, signer)
    failed = {failure.certificate_id: failure.reason for failure in failures}
    findings: list[Finding] = []
    for one in batch:
        if one.item.id in failed:
            findings.append(Finding(one.item.id, Fault.NOT_REBUILT, None, failed[one.item.id]))
        else:
            findings += _compared(one, of.get(one.item.id, []), again)
    return findings


def _compared(one: Signed, parts: Sequence[SigningPart], again: Mapping[int, str]) -> Iterator[Finding]:
    identifier = one.item.id
    digest = sha256()
    for part in parts:
        digest.update(part.prepared.signing_input)
        text = one.credentials.get(part.profile)
        if text is None:
            yield Finding(identifier, Fault.MISSING, part.profile)
            continue
        stored: dict[str, Any] = json.loads(text)
        unsigned = {name: value for name, value in stored.items() if name != "proof"}
        if to_text(unsigned) != to_text(part.prepared.document):
            yield Finding(identifier, Fault.DOCUMENT, part.profile, _where(unsigned, part.prepared.document))
        if not _verifies(stored, part.key):
            yield Finding(identifier, Fault.SIGNATURE, part.profile, part.key.id)
        if again.get(id(part), text) != text:
            yield Finding(identifier, Fault.BYTES, part.profile, _where(stored, json.loads(again[id(part)])))
    for profile in one.credentials.keys() - {part.profile for part in parts}:
        yield Finding(identifier, Fault.NOT_REBUILT, profile, "the profile is not signed any more")
    if not one.credentials.keys() - {part.profile for part in parts} and digest.digest() != one.payload_digest:
        yield Finding(identifier, Fault.DIGEST)


async def _again(parts: Sequence[SigningPart], signer: Signer | None) -> dict[int, str]:
    """Return by part the text that signing again gives, of those whose signature is always the same."""
    if signer is None:
        return {}
    held = {one.id for one in tuple(signer.keys())}
    found: dict[int, str] = {}
    for part in parts:
        if part.key.algorithm is Algorithm.ED25519 and part.key.id in held:
            signatures = await signer.sign(part.key.id, part.key.algorithm, [part.prepared.signing_input])
            [document] = attach([part.prepared], signatures)
            found[id(part)] = to_text(document)
    return found


def _verifies(document: Mapping[str, Any], key: PublicKey) -> bool:
    try:
        verify(document, key)
    except (DocumentError, ConfigurationError):
        return False
    return True


def _where(ours: Any, theirs: Any, path: str = "") -> str:  # noqa: ANN401 - JSON
    """Return the path of the first member that differs; of two alike but for their order, the path of both."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in {**ours, **theirs}:
            if ours.get(name) != theirs.get(name) or (name in ours) != (name in theirs):
                return _where(ours.get(name), theirs.get(name), f"{path}.{name}".lstrip("."))
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            if one != other:
                return _where(one, other, f"{path}.{index}")
    return path
