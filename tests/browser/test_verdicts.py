"""Every verdict as people see it: what it says, each check with its reason, readable by everybody in light and dark."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from credential.keys import Profile, Suite
from credential.status.documents import VALIDITY
from credential.verification import Policy
from tests.browser.conftest import Visit
from tests.browser.test_pages import faults
from tests.browser.verifying import dropped, knowing, pasted, ready, verdict
from tests.interop.portal.certificates import Kind, certificate, public_keys, signed, unsigned
from tests.interop.portal.sides import Case, Json, gateway
from tests.issued import NOW
from tests.status_samples import POSITION, REFRESH, REVOCATION, content, listed_as, status_list

Picture = Callable[[Page], None]
COWIN = Kind(Profile.COWIN_V1, Suite.RSA_SIGNATURE_2018, listed=True)
UNBOUND = Kind(Profile.COWIN_V2, Suite.RSA_SIGNATURE_2018, bound=False)
MODERN = Kind(Profile.VC2, Suite.EDDSA_JCS_2022)
SET = POSITION.index
LISTS = [status_list(content(REVOCATION)), status_list(content(REFRESH))]


def case(data: str, *lists: Json, later: timedelta = timedelta(), **changes: object) -> Case:
    """Return what is shown, with the keys of this run, which `changes` alter."""
    keys = [replace(key, **changes) for key in public_keys()]  # type: ignore[arg-type]
    return Case(data, keys, NOW + later, Policy.STANDARD, lists or LISTS)


def altered() -> str:
    return certificate(COWIN).replace("Sample Person 1", "Sample Person 2")


def exchanged(kind: Kind, first: str, second: str) -> str:
    """Return a genuine certificate in which two members of the event have each other's value."""
    document = json.loads(certificate(kind))
    event = document["evidence"][0]
    event[first], event[second] = event[second], event[first]
    return json.dumps(document)


def ending() -> str:
    return json.dumps(signed(MODERN, unsigned(MODERN) | {"validUntil": "2024-05-05T00:00:00Z"}))


CASES = {
    "Valid": (case(certificate(COWIN)), "Signature: passed The signature fits."),
    "Revoked": (
        case(certificate(COWIN), status_list(content(REVOCATION, SET)), status_list(content(REFRESH))),
        "Revocation: failed The certificate was revoked.",
    ),
    "Replaced": (
        case(certificate(COWIN), status_list(content(REVOCATION, SET)), status_list(content(REFRESH, SET))),
        "Replacement: failed A corrected certificate has taken its place.",
    ),
    "Not genuine": (case(altered()), "Signature: failed The signature does not fit"),
    "Expired": (case(ending()), "Expiry: failed The certificate has expired."),
    "Not yet valid": (
        case(certificate(MODERN), later=timedelta(days=-30)),
        "Beginning: failed The date of issue is in the future.",
    ),
    "Unknown issuer": (
        case(certificate(COWIN), issuer="https://other.example/"),
        "Issuer: failed No key of this issuer is known",
    ),
    "Not fully checked": (
        case(certificate(COWIN), later=VALIDITY + timedelta(seconds=1)),
        "Freshness of the status: failed The status list has expired; get a newer one.",
    ),
    "Not readable": (case("{}"), "Reading: failed The JSON is no certificate."),
}


@pytest.mark.parametrize("words", CASES)
def test_a_verdict_and_its_reasons(visit: Visit, picture: Picture, words: str) -> None:
    given, reason = CASES[words]
    page = ready(visit("/verify", before=knowing(given)))
    pasted(page, str(given.data))
    verdict(page, words)
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_role("listitem").filter(has_text=reason)).to_be_visible()
    picture(page)
    assert faults(page) == []
    page.emulate_media(color_scheme="dark")
    picture(page)
    assert faults(page) == []


def test_of_a_key_that_is_not_in_its_time_the_reason_is_told(visit: Visit) -> None:
    given = case(certificate(COWIN), retired_at=NOW - timedelta(days=30))
    page = ready(visit("/verify", before=knowing(given)))
    pasted(page, str(given.data))
    verdict(page, "Not genuine")
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_role("listitem").filter(has_text="Key: failed")).to_contain_text("outside of the key's period")
    expect(page.get_by_role("listitem").filter(has_text="Revocation")).to_contain_text("not checked")


ATTACKS = {
    "the mark tells": (exchanged(COWIN, "batch", "manufacturer"), "The binding mark does not fit"),
    "the values tell": (exchanged(UNBOUND, "vaccine", "manufacturer"), "The signed values fit other members"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_members_that_were_exchanged_are_found_though_the_signature_fits(visit: Visit, name: str) -> None:
    text, reason = ATTACKS[name]
    assert gateway(case(text))["verdict"] == "INVALID"
    page = ready(visit("/verify", before=knowing(case(text))))
    pasted(page, text)
    verdict(page, "Not genuine")
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_role("listitem").filter(has_text="Signature: passed")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Values in their places: failed")).to_contain_text(reason)


OTHERS = {
    "HC1:6BF": "This is an EU digital COVID certificate, a form that this version does not read.",
    "shc:/5676": "This is a SMART Health Card, a form that this version does not read.",
    "aa.bb.cc": "This is a JWT, a form that this version does not read.",
}


@pytest.mark.parametrize("text", OTHERS)
def test_a_form_that_is_not_read_is_named(visit: Visit, text: str) -> None:
    page = ready(visit("/verify", before=knowing(case(text))))
    pasted(page, text)
    verdict(page, "Not readable")
    expect(page.locator(".verdict")).to_contain_text(OTHERS[text])
    page.get_by_text("Every check and its reason").click()
    expect(page.get_by_role("listitem").last).to_contain_text("Issuer's records: not checked Not reached")
    assert page.get_by_role("listitem").count() == 2


def test_a_file_is_dropped(visit: Visit) -> None:
    page = ready(visit("/verify", before=knowing(case(""))))
    dropped(page, "certificate.json", certificate(COWIN))
    verdict(page, "Valid")
    expect(page.get_by_text("Revocation as of 6 May 2024, 12:38 pm")).to_be_visible()


def test_a_file_that_is_too_large_is_not_read(visit: Visit) -> None:
    page = ready(visit("/verify", before=knowing(case(""))))
    dropped(page, "large.json", " ", 32 * 1024 * 1024 + 1)
    expect(page.get_by_role("alert")).to_have_text("This file is too large.")


def test_reasons_are_in_the_readers_language(visit: Visit, picture: Picture) -> None:
    given, _ = CASES["Revoked"]
    page = ready(visit("/verify?language=hi", before=knowing(given)))
    dropped(page, "certificate.json", str(given.data))
    verdict(page, "निरस्त")
    page.get_by_text("हर जाँच और उसका कारण").click()
    expect(page.get_by_role("listitem").filter(has_text="निरस्तीकरण: विफल प्रमाण पत्र निरस्त किया गया है।")).to_be_visible()
    expect(page.locator(".checks [lang=en]")).to_have_count(0)
    picture(page)
    assert faults(page) == []


def test_without_a_camera_a_picture_does(visit: Visit, picture: Picture) -> None:
    page = ready(visit("/verify", before=knowing(case(""))))
    page.get_by_role("button", name="Scan with the camera").click()
    expect(page.get_by_role("alert")).to_contain_text("Choose a picture instead.")
    picture(page)
    assert faults(page) == []


def test_a_gateway_that_answers_with_an_error_is_no_missing_connection(visit: Visit, picture: Picture) -> None:
    page = ready(visit("/verify", before=knowing(CASES["Valid"][0])))
    page.route("**/graphql", lambda route: route.fulfill(json={"errors": [{"message": "UNAVAILABLE"}]}))
    page.reload()
    expect(page.get_by_text("The issuer's server answers, but with an error. Revocation as of 6 May")).to_be_visible()
    picture(page)
    assert faults(page) == []
    pasted(ready(page), certificate(COWIN))
    verdict(page, "Valid")


def test_where_nothing_was_kept_nothing_is_judged(visit: Visit, picture: Picture) -> None:
    def unreached(page: Page) -> None:
        knowing(case(""))(page)
        page.route("**/graphql", lambda route: route.abort("internetdisconnected"))

    page = visit("/verify", before=unreached)
    expect(page.get_by_text("Nothing is kept here to verify with yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Scan with the camera")).to_be_disabled()
    picture(page)
    assert faults(page) == []


def test_a_list_that_was_not_taken_along_is_fetched_when_a_certificate_names_it(visit: Visit) -> None:
    asked: list[str] = []
    given, _ = CASES["Revoked"]
    lists = list(map(listed_as, given.lists))

    def many(page: Page) -> None:
        knowing(given)(page)
        page.route("**/status?embed=*", lambda route: route.fulfill(json={"lists": [], "next": "https://a.example/"}))
        page.route("**/status?after=*", lambda route: route.fulfill(json={"lists": lists, "next": None}))
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))

    page = ready(visit("/verify", before=many))
    assert "status?after=2&embed=false" not in asked
    pasted(page, str(given.data))
    verdict(page, "Revoked")
    assert asked.count("status?after=2&embed=false") == 1


def test_a_page_that_stays_open_hears_of_a_revocation(visit: Visit) -> None:
    given, _ = CASES["Valid"]
    newer = [listed_as(status_list(content(REVOCATION, SET, sequence=6))), listed_as(LISTS[1])]

    def patient(page: Page) -> None:
        page.clock.install(time=NOW)
        knowing(given)(page)
        page.route("**/deltas?**", lambda route: route.fulfill(json={"deltas": []}))

    page = ready(visit("/verify", before=patient))
    page.route("**/status?embed=false", lambda route: route.fulfill(json={"lists": newer, "next": None}))
    with page.expect_response("**/status?embed=false"):
        page.clock.fast_forward("05:00")
    pasted(page, certificate(COWIN))
    verdict(page, "Revoked")
