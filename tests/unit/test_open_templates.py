"""Which templates a deployment prints with."""

from pathlib import Path

import pytest

from backends.settings import Settings
from backends.templates import open_templates
from credential.errors import ConfigurationError


def settings(data_dir: Path, **more: str) -> Settings:
    return Settings.from_environment({"PRAMAAN_DATA_DIR": str(data_dir), **more})


def test_the_bundled_ones_by_default(tmp_path: Path) -> None:
    templates = open_templates(settings(tmp_path))
    assert (templates.issuer, templates.neutral) == ("default", False)
    assert templates.issuer in templates.registry.issuers


def test_neutral_in_election_periods(tmp_path: Path) -> None:
    assert open_templates(settings(tmp_path, PRAMAAN_NEUTRAL="yes")).neutral


def test_an_issuer_without_templates_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"PRAMAAN_TEMPLATES_ISSUER.*default"):
        open_templates(settings(tmp_path, PRAMAAN_TEMPLATES_ISSUER="nobody"))


def test_a_directory_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError):
        open_templates(settings(tmp_path, PRAMAAN_TEMPLATES_DIR=str(tmp_path / "none")))
