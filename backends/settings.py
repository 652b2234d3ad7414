"""Settings of a deployment, read once from the environment (contract, Running)."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Literal, Self

from backends.callback_settings import CallbackSettings, callback_settings
from backends.door_settings import Messages, digilocker, messages
from backends.oidc_settings import ADMIN_KEY_LOGIN, OidcSettings, oidc_settings
from backends.secrets import NAMES as SECRET_NAMES
from backends.secrets import development_secrets
from backends.sql.vault import StoreKeys
from backends.variables import (
    SECRET,
    Variable,
    Variables,
    data_keys,
    did_web,
    id_scheme,
    identifier,
    one_of,
    origin,
    profiles,
    secret,
    web_address,
    whole_number,
)
from credential import sandbox
from credential.acknowledgement import Became, Style
from credential.keys import Profile
from credential.operations.digilocker import Rules
from credential.policy import IssuancePolicy
from credential.record import Kind

_PROFILES = f"a profile or a comma-separated list of them, the primary first: {', '.join(Profile)}"
_NO_SECRET = "A" * 43  # stands in for a missing secret until `Variables.check` refuses to go on


class Environment(StrEnum):
    """Where we run: production refuses what is only convenient; a sandbox has published keys and marks its samples."""

    DEVELOPMENT = "development"
    SANDBOX = "sandbox"
    PRODUCTION = "production"


_DEFAULTS: Mapping[Environment, Mapping[str, str]] = {
    Environment.DEVELOPMENT: {"SIGNER_URL": "development:"},
    Environment.SANDBOX: {
        "SIGNER_URL": "sandbox:",
        "DATA_DIR": ".sandbox",
        "ISSUER": sandbox.ISSUER,
        "KEY_ID": sandbox.KEY_ID,
        "ISSUER_NAME": sandbox.ISSUER_NAME,
    },
    Environment.PRODUCTION: {},
}
"""Defaults that depend on where we run."""

ENV = Variable("ENV", Environment, "development, sandbox or production", "development")
DATA_DIR = Variable("DATA_DIR", lambda text: Path(text).absolute(), "a directory", ".data")
STORE_URL = Variable("STORE_URL", str, "the address of the store, such as postgresql+asyncpg://...", "", needed=True)
QUEUE_URL = Variable("QUEUE_URL", str, "the address of the queue, such as redis://...", "inprocess:", needed=True)
SIGNER_URL = Variable("SIGNER_URL", str, "the address of the signing keys, such as file:DIR", "")
ARTIFACTS_URL = Variable("ARTIFACTS_URL", str, "where documents are kept, such as file:DIR", "", needed=True)
SHARD_KEY = Variable("SHARD_KEY", secret, SECRET, _NO_SECRET, needed=True)
CONTACT_PEPPER = Variable("CONTACT_PEPPER", secret, SECRET, _NO_SECRET, needed=True)
DATA_KEYS = Variable(
    "DATA_KEYS",
    data_keys,
    f"kid:secret or kid:secret,kid2:secret, the active one first, each secret {SECRET}",
    f"none:{_NO_SECRET}",
    needed=True,
)
KEY_PASSPHRASE = Variable("KEY_PASSPHRASE", str, "the passphrase of the signing keys", "")
PUBLIC_URL = Variable(
    "PUBLIC_URL",
    origin,
    "the public address, scheme://host[:port]",
    "http://localhost:8000",
    needed=True,
)
ISSUER = Variable("ISSUER", web_address, "an absolute http(s) address", "https://cowin.gov.in/")
KEY_ID = Variable("KEY_ID", identifier, "an absolute identifier such as did:india", "did:india")
PROFILE_DOMESTIC = Variable("PROFILE_DOMESTIC", profiles, _PROFILES, "cowin-v1")
PROFILE_INTERNATIONAL = Variable("PROFILE_INTERNATIONAL", profiles, _PROFILES, "cowin-v2")
COWIN = Variable("COWIN", one_of("bound", "exact"), "bound or exact", "bound")
STATUS_LISTS = Variable("STATUS_LISTS", one_of("yes", "no"), "yes or no", "yes")
CERTIFICATE_ID = Variable("CERTIFICATE_ID", id_scheme, "random or cowin", "random")
UPDATE_LIMIT = Variable("UPDATE_LIMIT", whole_number(0, 1000), "a whole number from 0 to 1000", "5")
APPLY_PER_SECOND = Variable(
    "APPLY_PER_SECOND", whole_number(0, 10**6), "a whole number from 0 to 1000000, 0 for no bound", "500"
)
APPROVAL_ABOVE = Variable("APPROVAL_ABOVE", whole_number(0, 10**9), "a whole number from 0 to 1000000000", "1000")
ISSUER_NAME = Variable(
    "ISSUER_NAME", str, "the issuer's name", "Ministry of Health and Family Welfare, Government of India"
)
TEMPLATES_DIR = Variable("TEMPLATES_DIR", str, "a directory of issuers' templates", "")
TEMPLATES_ISSUER = Variable("TEMPLATES_ISSUER", str, "an issuer of `pramaan templates list`", "default")
NEUTRAL = Variable("NEUTRAL", one_of("yes", "no"), "yes or no", "no")
EARLIER_DOSES = Variable("EARLIER_DOSES", one_of("correct", "report"), "correct or report", "correct")
NOTICES = Variable("NOTICES", one_of("yes", "no"), "yes or no", "no")
HOLDER_URL = Variable("HOLDER_URL", str, "the address where holders get their certificates", "")
MAX_UPLOAD = Variable(
    "MAX_UPLOAD", whole_number(1024, 1 << 40), "a number of bytes from 1024 to 1099511627776", str(4 * 1024**3)
)
MAX_BODY = Variable(
    "MAX_BODY", whole_number(1024, 1 << 30), "a number of bytes from 1024 to 1073741824", str(8 * 1024 * 1024)
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment chose. Secrets and addresses, which may carry passwords, stay out of the representation.

    `signer_url` is empty in production where it is not set: only workers need one. `max_body` and `max_upload` are
    in bytes; `data_keys` are (kid, key) pairs, the active one first; `bound` is False for `PRAMAAN_COWIN=exact`.
    """

    environment: Environment
    data_dir: Path
    store_url: str = field(repr=False)
    queue_url: str = field(repr=False)
    signer_url: str = field(repr=False)
    artifacts_url: str = field(repr=False)
    shard_key: bytes = field(repr=False)
    contact_pepper: bytes = field(repr=False)
    data_keys: tuple[tuple[str, bytes], ...] = field(repr=False)
    key_passphrase: str | None = field(repr=False)
    public_url: str
    issuer: str
    key_id: str
    profiles: Mapping[Kind, tuple[Profile, ...]]
    bound: bool
    status_lists: bool
    certificate_id: Literal["random", "cowin"]
    update_limit: int
    approval_above: int
    apply_per_second: int
    max_body: int
    max_upload: int
    issuer_name: str
    templates_dir: Path | None
    templates_issuer: str
    neutral: bool
    digilocker: Rules | None = None
    messages: Messages = field(default_factory=Messages)
    notices: bool = False
    corrects_earlier: bool = True
    holder_url: str = ""
    callback: CallbackSettings | None = None
    oidc: OidcSettings | None = None
    admin_key_login: bool = True
    unknown: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, public_url: str | None = None) -> Self:
        """Read `PRAMAAN_...`; `public_url` is development's default for it.

        Raises ConfigurationError with one line per wrong or missing variable.
        """
        variables = Variables(environ)
        read = variables.read
        environment = _environment(variables)
        data_dir = read(DATA_DIR)
        generated = _generated_secrets(variables, data_dir)
        settings = cls(
            environment=environment,
            data_dir=data_dir,
            store_url=read(STORE_URL, default=f"sqlite+aiosqlite:///{data_dir / 'pramaan.db'}"),
            queue_url=read(QUEUE_URL),
            signer_url=read(SIGNER_URL),
            artifacts_url=read(ARTIFACTS_URL, default=f"file:{data_dir / 'artifacts'}"),
            shard_key=read(SHARD_KEY, default=generated.get("SHARD_KEY")),
            contact_pepper=read(CONTACT_PEPPER, default=generated.get("CONTACT_PEPPER")),
            data_keys=read(DATA_KEYS, default=generated.get("DATA_KEYS")),
            key_passphrase=read(KEY_PASSPHRASE) or None,
            public_url=read(PUBLIC_URL, default=public_url),
            issuer=read(ISSUER),
            key_id=read(KEY_ID),
            profiles={Kind.DOMESTIC: read(PROFILE_DOMESTIC), Kind.INTERNATIONAL: read(PROFILE_INTERNATIONAL)},
            bound=read(COWIN) == "bound",
            status_lists=read(STATUS_LISTS) == "yes",
            certificate_id=read(CERTIFICATE_ID),
            update_limit=read(UPDATE_LIMIT),
            approval_above=read(APPROVAL_ABOVE),
            apply_per_second=read(APPLY_PER_SECOND),
            max_body=read(MAX_BODY),
            max_upload=read(MAX_UPLOAD),
            issuer_name=read(ISSUER_NAME),
            templates_dir=Path(folder) if (folder := read(TEMPLATES_DIR)) else None,
            templates_issuer=read(TEMPLATES_ISSUER),
            neutral=read(NEUTRAL) == "yes",
            digilocker=digilocker(variables),
            messages=messages(variables),
            notices=read(NOTICES) == "yes",
            corrects_earlier=read(EARLIER_DOSES) == "correct",
            holder_url=read(HOLDER_URL),
            callback=callback_settings(variables),
            oidc=oidc_settings(variables),
            admin_key_login=read(ADMIN_KEY_LOGIN) == "yes",
        )
        _refuse_convenience(settings, variables)
        _keep_apart(settings, variables)
        variables.check()
        return replace(settings, unknown=variables.unknown())

    @property
    def production(self) -> bool:
        """Whether what is only convenient is refused."""
        return self.environment is Environment.PRODUCTION

    @property
    def sandbox(self) -> bool:
        """Whether what is issued are samples."""
        return self.environment is Environment.SANDBOX

    @property
    def did(self) -> str:
        """The issuer of vc2: the did:web of the public address, in a sandbox with its mark."""
        return did_web(self.public_url) + (sandbox.DID_PATH if self.sandbox else "")

    @property
    def cautions(self) -> tuple[str, ...]:
        """What is allowed but worth a warning at start."""
        return (*self._doubtful, *(f"{name} is no setting; check its spelling." for name in self.unknown))

    @property
    def _doubtful(self) -> tuple[str, ...]:
        if self.production and self.store_url.startswith("sqlite"):
            return ("PRAMAAN_STORE_URL is SQLite: one machine, one writer. PostgreSQL is meant for production.",)
        return ()

    def policy(self) -> IssuancePolicy:
        """Return how this deployment issues."""
        return IssuancePolicy(
            issuer=self.issuer,
            key_id=self.key_id,
            did=self.did,
            profiles=self.profiles,
            bound=self.bound,
            update_limit=self.update_limit,
            approval_above=self.approval_above,
            apply_per_second=self.apply_per_second,
            status_url=f"{self.public_url}/status",
            names_lists=self.status_lists,
        )

    def store_keys(self) -> StoreKeys:
        """Return the keys that the store hides and finds personal data with."""
        return StoreKeys(
            shard_key=self.shard_key,
            contact_pepper=self.contact_pepper,
            data_keys=dict(self.data_keys),
            active_data_key=self.data_keys[0][0],
        )

    @property
    def acknowledged(self) -> frozenset[Became]:
        """What the source system is told of: nothing where no callback is set."""
        return frozenset() if self.callback is None else self.callback.form.tells

    def acknowledgement_style(self) -> Style | None:
        """Return how acknowledgements are written, None where none are sent."""
        if self.callback is None:
            return None
        return Style(self.callback.form, self.public_url, self.callback.secret)

    def document_secret(self) -> bytes:
        """Return the 32 bytes under which rendered documents are named and encrypted; fixed as long as SHARD_KEY is."""
        return hmac.digest(self.shard_key, b"pramaan-documents-v1", "sha256")


def _environment(variables: Variables) -> Environment:
    """Return where we run, and let that decide defaults and what is needed."""
    environment = variables.read(ENV)
    variables.production = environment is Environment.PRODUCTION
    variables.defaults = _DEFAULTS[environment]
    return environment


def _generated_secrets(variables: Variables, data_dir: Path) -> Mapping[str, str]:
    """Return development's own secrets where one is needed; production has none."""
    if variables.production or all(variables.is_set(name) for name in SECRET_NAMES):
        return {}
    return development_secrets(data_dir)


def _refuse_convenience(settings: Settings, variables: Variables) -> None:
    """Note what production refuses."""
    if not settings.production:
        return
    if settings.notices and not settings.holder_url.startswith("https://"):
        variables.problem("HOLDER_URL", "must be an https address where PRAMAAN_NOTICES is yes: messages name it")
    if settings.signer_url.startswith("development:"):
        variables.problem("SIGNER_URL", "is development:, whose keys nobody guards; set it to file:DIR")
    if settings.queue_url.startswith("inprocess:") and variables.is_set("QUEUE_URL"):
        variables.problem(
            "QUEUE_URL", "is inprocess:, which reaches no worker of its own process; set it to redis://..."
        )
    if settings.artifacts_url.startswith("memory:"):
        variables.problem("ARTIFACTS_URL", "is memory:, which forgets; set it to file:DIR")
    if not settings.public_url.startswith("https:") and variables.is_set("PUBLIC_URL"):
        variables.problem("PUBLIC_URL", "must begin with https://, as did:web resolves over TLS only")


def _keep_apart(settings: Settings, variables: Variables) -> None:
    """Note what would give a sandbox an issuer's name or keys, or an issuer those of the sandbox."""
    published = settings.signer_url.startswith("sandbox:")
    if not settings.sandbox:
        if published:
            variables.problem("SIGNER_URL", "is sandbox:, whose keys everybody has; only PRAMAAN_ENV=sandbox takes it")
        return
    if not published:
        variables.problem("SIGNER_URL", "must be sandbox: where PRAMAAN_ENV is sandbox; leave it out")
    for variable, chosen, own in (
        (ISSUER, settings.issuer, sandbox.ISSUER),
        (KEY_ID, settings.key_id, sandbox.KEY_ID),
    ):
        if chosen != own:
            variables.problem(variable.name, f"must be {own} where PRAMAAN_ENV is sandbox; leave it out")
