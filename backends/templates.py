"""The templates that a deployment prints with."""

from backends.settings import Settings
from credential.errors import ConfigurationError
from credential.operations.documents import Templates
from credential.rendering import load


def open_templates(settings: Settings) -> Templates:
    """Read the bundled templates and the operator's own.

    Raises ConfigurationError for a file that cannot be used and for an issuer that has no templates.
    """
    registry = load(settings.templates_dir)
    if settings.templates_issuer not in registry.issuers:
        known = ", ".join(sorted(registry.issuers))
        raise ConfigurationError(f"PRAMAAN_TEMPLATES_ISSUER names no issuer with templates; there are: {known}.")
    return Templates(registry, settings.templates_issuer, settings.neutral, settings.sandbox)
