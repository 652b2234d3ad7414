"""Both verifiers side by side: the gateway's in Python, and the pages' in Node, given the same of everything."""

import base64
import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from credential.errors import ConfigurationError, StatusListRefused, Unreadable
from credential.formats.received import decode
from credential.jwk import read_public_key, to_pem
from credential.keys import PublicKey
from credential.verification import Facts, Policy, StatusLists, Verification, judge, unreadable
from tests.interop.graphql_http import find_node

Json = dict[str, Any]
Fetch = Callable[[str, str | None], Awaitable[tuple[int, str]]]
MODULE: Final = Path(__file__).parents[3] / "gateway/pages/portal/credential.js"


@dataclass(frozen=True, slots=True)
class Case:
    """What is shown to both, and what they know."""

    data: bytes | str
    keys: Sequence[PublicKey]
    now: datetime
    policy: Policy = Policy.OFFLINE
    lists: Sequence[Json] = ()


class Portal:
    """The pages' verifier in a process of Node."""

    def __init__(self, stdin: IO[str], stdout: IO[str]) -> None:
        """Take the process's streams."""
        self._stdin, self._stdout = stdin, stdout

    def answer(self, case: Case) -> Json:
        """Return what it answers, as far as both are compared."""
        return self.verify(case.data, kept(case), case.now, case.policy)

    def verify(self, data: bytes | str, kept: Json, now: datetime, policy: Policy) -> Json:
        """As `answer`, from what was kept."""
        raw, text = (data, None) if isinstance(data, bytes) else (None, data)
        encoded = None if raw is None else base64.b64encode(raw).decode()
        self._say({"verify": {"bytes": encoded, "text": text, "kept": kept, "now": _iso(now), "policy": policy}})
        answer = self._heard()
        del answer["checkedAt"], answer["missingList"]
        facts = answer["facts"] and {name: _number(value) for name, value in answer["facts"].items()}
        return answer | {"checks": [(check["code"], check["status"]) for check in answer["checks"]], "facts": facts}

    async def keep(self, fetch: Fetch, before: Json | None = None, numbers: Sequence[int] = ()) -> Json:
        """Return what it keeps; `fetch` gives status and text for an address and, of a POST, its body."""
        self._say({"keep": {"before": before, "numbers": list(numbers)}})
        while "fetch" in (heard := self._heard()):
            status, text = await fetch(*heard["fetch"])
            self._say({"status": status, "text": text})
        return heard

    def _say(self, message: Json) -> None:
        print(json.dumps(message), file=self._stdin, flush=True)

    def _heard(self) -> Json:
        heard: Json = json.loads(self._stdout.readline())
        if "crashed" in heard:
            raise AssertionError(heard["crashed"])
        return heard


@contextmanager
def portal(directory: Path, *browser: str) -> Iterator[Portal]:
    """Run the verifier until the context ends; `old` is a browser without Ed25519."""
    module = directory / "credential.mjs"
    shutil.copy(MODULE, module)
    command = [str(find_node()), str(Path(__file__).with_name("verifier.mjs")), str(module), *browser]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("Node runs without streams.")
        yield Portal(process.stdin, process.stdout)
        process.stdin.close()


def gateway(case: Case) -> Json:
    """Return what the gateway answers, in the words of its contract."""
    now = _milliseconds(case.now)
    try:
        received = decode(case.data)
    except Unreadable as reason:
        return _words(unreadable(reason, now=now))
    keys = _ordered(case.keys)
    lists = StatusLists([key for key in keys if not key.is_foreign])
    for one in case.lists:
        with suppress(StatusListRefused):
            lists.accept(one, now=now)
    return _words(judge(received, keys=keys, policy=case.policy, now=now, lists=lists))


def _words(answer: Verification) -> Json:
    return {
        "verdict": answer.verdict,
        "checks": [(check.code, check.status) for check in answer.checks],
        "ambiguousFields": list(answer.ambiguous_fields),
        "format": answer.format,
        "issuer": answer.issuer,
        "facts": answer.facts and {_camel(one.name): _number(getattr(answer.facts, one.name)) for one in fields(Facts)},
        "newerCertificateExists": answer.newer_certificate_exists,
        "statusAsOf": answer.status_as_of and _iso(answer.status_as_of),
    }


def _number(value: object) -> object:
    """Return a number as JavaScript has it: beyond 53 bits only nearly."""
    return float(value) if isinstance(value, int) else value


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def kept(case: Case) -> Json:
    """Return what a page would have kept."""
    foreign = [key for key in case.keys if key.is_foreign]
    trust = [{"id": key.issuer, "name": "", "country": "", "keys": [_key(key)]} for key in foreign]
    own = [_key(key) for key in case.keys if not key.is_foreign]
    return {"keys": own, "trust": trust, "statusLists": list(case.lists), "at": _iso(case.now)}


def _ordered(keys: Sequence[PublicKey]) -> list[PublicKey]:
    return sorted(keys, key=lambda key: key.is_foreign)


def _key(key: PublicKey) -> Json:
    """Return a key as GraphQL gives it, times to the microsecond."""
    pem = key.pem
    with suppress(ConfigurationError):
        pem = to_pem(read_public_key(key.pem))
    return {
        "id": key.id,
        "issuer": key.issuer,
        "verificationMethod": key.verification_method or "",
        "algorithm": key.algorithm.name,
        "publicKeyPem": pem,
        "activeFrom": key.active_from and key.active_from.isoformat(),
        "retiredAt": key.retired_at and key.retired_at.isoformat(),
        "compromisedAt": key.compromised_at and key.compromised_at.isoformat(),
        "boundFrom": key.bound_from and key.bound_from.isoformat(),
    }


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
