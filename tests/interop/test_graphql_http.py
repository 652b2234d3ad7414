"""The gateway passes every check of the GraphQL-over-HTTP audit, the optional ones included."""

from pathlib import Path

from backends.settings import Settings
from gateway.app import create_app
from tests.interop.graphql_http import AUDITS, run_audits
from tests.servers.http import served


def test_graphql_over_http_audit(tmp_path: Path) -> None:
    settings = Settings.from_environment({"PRAMAAN_DATA_DIR": str(tmp_path / "data")})
    with served(create_app(settings)) as url:
        audits = run_audits(f"{url}/graphql", tmp_path / "audit")
    assert [audit for audit in audits if audit.status != "ok"] == []
    assert len(audits) == AUDITS
