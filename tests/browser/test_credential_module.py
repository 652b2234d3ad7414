"""The verifier in the browser itself, under the pages' policy: every kind of signature by its Web Crypto."""

import json

import pytest

from credential.verification import Policy
from tests.browser.conftest import Visit
from tests.interop.portal.certificates import KINDS, Kind, certificate, public_keys
from tests.interop.portal.sides import Case, kept
from tests.issued import NOW

VERIFY = """async ([text, kept, now]) => {
  const { verify } = await import("/portal/credential.js");
  return (await verify(text, JSON.parse(kept), new Date(now), "OFFLINE")).verdict;
}"""


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.listed])
def test_a_genuine_certificate_is_valid_and_an_altered_one_is_not(kind: Kind, visit: Visit) -> None:
    page, text = visit("/verify"), certificate(kind)
    known = json.dumps(kept(Case(text, public_keys(), NOW, Policy.OFFLINE)))
    assert page.evaluate(VERIFY, [text, known, NOW.isoformat()]) == "VALID"
    altered = text.replace("Sample Person 1", "Sample Person 2")
    assert page.evaluate(VERIFY, [altered, known, NOW.isoformat()]) == "INVALID"
