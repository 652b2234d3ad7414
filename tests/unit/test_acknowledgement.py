"""Acknowledgements: bodies, signatures, when again, whom to, and which settings are refused."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from backends.callbacks.hosts import Hosts, allowed_url
from backends.settings import Settings
from credential.acknowledgement import (
    MAX_ATTEMPTS,
    Became,
    Delivery,
    Form,
    Style,
    message,
    retry_after,
    signature,
)
from credential.errors import ConfigurationError
from credential.record import Kind

NOW = datetime(2022, 3, 4, 20, 0, 1, 5000, tzinfo=UTC)
SECRET = bytes(range(32))
ONE = Delivery("m1", "C1", 7, Became.ISSUED, "", NOW, 1, "B1", 2, 1, Kind.DOMESTIC)
JSON = Style(Form.JSON, "https://certificates.example")
EVENTS = Style(Form.CLOUDEVENTS, "https://certificates.example", SECRET)


def test_success_is_told_as_the_old_system_did() -> None:
    told = message(ONE, JSON, NOW)
    assert json.loads(told.body) == {
        "beneficiary_reference_id": "B1",
        "dose": 2,
        "status": "success",
        "reason": "created",
        "date_created": "2022-03-04T20:00:01Z",
    }
    assert told.headers == {"content-type": "application/json", "webhook-id": "m1", "webhook-timestamp": "1646424001"}
    assert message(replace(ONE, became=Became.UPDATED), JSON, NOW).body == told.body


def test_an_error_is_told_with_its_reason() -> None:
    told = json.loads(message(replace(ONE, became=Became.FAILED, reason="The key is gone."), JSON, NOW).body)
    assert (told["status"], told["reason"]) == ("error", "The key is gone.")


def test_the_old_form_knows_no_revocation() -> None:
    assert Form.CLOUDEVENTS.tells - Form.JSON.tells == {Became.REVOKED}


def test_a_cloud_event_has_what_its_specification_requires() -> None:
    told = message(replace(ONE, became=Became.REVOKED, reason="DUPLICATE"), EVENTS, NOW)
    assert told.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert json.loads(told.body) == {
        "specversion": "1.0",
        "id": "m1",
        "source": "https://certificates.example",
        "type": "pramaan.certificate.revoked",
        "subject": "C1",
        "time": "2022-03-04T20:00:01Z",
        "sequence": "00000000000000000007",
        "datacontenttype": "application/json",
        "data": {
            "beneficiaryId": "B1",
            "certificateId": "C1",
            "dose": 2,
            "version": 1,
            "kind": "DOMESTIC",
            "status": "REVOKED",
            "reason": "DUPLICATE",
        },
    }


def test_an_update_is_an_event_of_its_own_about_an_issued_certificate() -> None:
    told = json.loads(message(replace(ONE, became=Became.UPDATED), EVENTS, NOW).body)
    assert (told["type"], told["data"]["status"]) == ("pramaan.certificate.updated", "ISSUED")


def test_a_receiver_checks_the_signature_from_the_headers_and_the_raw_body() -> None:
    told = message(ONE, EVENTS, NOW)
    signed = f"{told.headers['webhook-id']}.{told.headers['webhook-timestamp']}.".encode() + told.body
    expected = base64.b64encode(hmac.new(SECRET, signed, hashlib.sha256).digest()).decode()
    assert told.headers["webhook-signature"] == f"v1,{expected}"


def test_the_guide_shows_how_a_receiver_checks(project: Path) -> None:
    guide = (project / "docs" / "acknowledgements.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(guide.split("```python\n")[1].split("```")[0], names)  # noqa: S102 - the guide's own example
    told, secret = message(ONE, EVENTS, NOW), "whsec_" + base64.b64encode(SECRET).decode()
    assert names["genuine"](secret, told.headers, told.body)
    assert not names["genuine"](secret, told.headers, told.body + b" ")


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_body_stays_the_same_over_attempts() -> None:
    later = message(replace(ONE, attempts=9), EVENTS, NOW + timedelta(hours=3))
    assert later.body == message(ONE, EVENTS, NOW).body
    assert later.headers["webhook-signature"] != message(ONE, EVENTS, NOW).headers["webhook-signature"]


def test_nothing_personal_is_in_a_representation() -> None:
    hidden = replace(ONE, beneficiary_id="canary")
    shown = repr(hidden) + repr(message(hidden, JSON, NOW))
    assert "canary" not in shown
    assert repr(SECRET) not in repr(EVENTS)


def test_waiting_doubles_up_to_two_hours_and_is_spread() -> None:
    longest = [retry_after(attempts, jitter=1) for attempts in range(1, MAX_ATTEMPTS)]
    assert longest[:4] == [timedelta(seconds=seconds) for seconds in (10, 20, 40, 80)]
    assert longest[-1] == timedelta(hours=2) == retry_after(1000, jitter=1)
    assert sum(longest, timedelta()) > timedelta(hours=20)
    assert retry_after(3, jitter=0) == timedelta(seconds=20)


def test_what_the_receiver_wishes_counts_within_bounds() -> None:
    assert retry_after(1, jitter=1, wished=timedelta(minutes=5)) == timedelta(minutes=5)
    assert retry_after(1, jitter=1, wished=timedelta(0)) == timedelta(seconds=10)
    assert retry_after(1, jitter=1, wished=timedelta(days=9)) == timedelta(hours=2)


HOSTS = Hosts.parse("ack.example, 10.1.0.0/16, 192.0.2.7, fd00::/8")


@pytest.mark.parametrize(
    "url", ["https://ack.example/a?b=c", "https://ACK.example:8443", "https://10.1.2.3/", "https://[fd00::1]/"]
)
def test_an_allowed_address(url: str) -> None:
    assert allowed_url(url, HOSTS, plain=False)


REFUSED = [
    "http://ack.example/",
    "ftp://ack.example/",
    "file:///etc/passwd",
    "//ack.example/",
    "https://ack.example.evil.example/",
    "https://evil.example/?ack.example",
    "https://user@ack.example/",
    "https://ack.example@evil.example/",
    "https://ack.example/#fragment",
    "https://ack.example /",
    "https://ack.example:99999/",
    "https://10.2.0.1/",
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://[::ffff:10.2.0.1]/",
    "https://[::1/",
    "https:///path",
    "",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_refused_address(url: str) -> None:
    assert not allowed_url(url, HOSTS, plain=False)


def test_plain_http_is_for_development() -> None:
    assert allowed_url("http://ack.example/", HOSTS, plain=True)
    assert not allowed_url("http://evil.example/", HOSTS, plain=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1", "10.1.2.3", "::ffff:10.1.2.3", "fd00::9"])
def test_an_address_that_may_be_reached(address: str) -> None:
    assert HOSTS.allow_address(address)


PRIVATE = ["127.0.0.1", "10.2.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "224.0.0.1", "100.64.0.1"]  # noqa: S104
PRIVATE += ["::1", "fe80::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "ff02::1", "no address"]


@pytest.mark.parametrize("address", PRIVATE)
def test_a_private_address_is_refused(address: str) -> None:
    assert not HOSTS.allow_address(address)


@pytest.mark.parametrize("text", ["ack.example/path", "https://ack.example", "10.0.0.0/99", "1.2.3", "a b"])
def test_a_list_of_hosts_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        Hosts.parse(text)


GOOD = {"ACK_URL": "https://ack.example/ack", "ACK_HOSTS": "ack.example"}


@pytest.fixture(autouse=True)
def own_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def settings(**more: str) -> Settings:
    return Settings.from_environment({f"PRAMAAN_{name}": text for name, text in more.items()})


def test_nothing_is_acknowledged_by_default() -> None:
    chosen = settings()
    assert (chosen.callback, chosen.acknowledged, chosen.acknowledgement_style()) == (None, frozenset(), None)


def test_settings_of_a_callback() -> None:
    chosen = settings(**GOOD, ACK_FORMAT="cloudevents", ACK_SECRET="whsec_" + base64.b64encode(SECRET).decode())
    assert chosen.acknowledged == frozenset(Became)
    assert chosen.acknowledgement_style() == Style(Form.CLOUDEVENTS, "http://localhost:8000", SECRET)


FAULTS = [
    ({"ACK_HOSTS": ""}, "ACK_URL must be an https address"),
    ({"ACK_URL": "ftp://ack.example/"}, "ACK_URL must be the https address"),
    ({"ACK_URL": "https://user:word@ack.example/"}, "ACK_URL must be an https address"),
    ({"ACK_AUTH_URL": "https://other.example/", "ACK_AUTH_KEY": "k"}, "ACK_AUTH_URL must be an https address"),
    ({"ACK_AUTH_URL": "https://ack.example/login"}, "ACK_AUTH_URL and PRAMAAN_ACK_AUTH_KEY belong together"),
    ({"ACK_AUTH_KEY": "k"}, "ACK_AUTH_URL and PRAMAAN_ACK_AUTH_KEY belong together"),
    ({"ACK_FORMAT": "cloudevents"}, "ACK_SECRET is not set"),
    ({"ACK_SECRET": "whsec_c2hvcnQ="}, "ACK_SECRET must be"),
    ({"ACK_SECRET": "not base64!"}, "ACK_SECRET must be"),
    ({"ACK_FORMAT": "xml"}, "ACK_FORMAT must be json or cloudevents"),
    ({"ACK_HOSTS": "https://ack.example"}, "ACK_HOSTS must be host names"),
]


@pytest.mark.parametrize(("changes", "told"), FAULTS)
def test_settings_that_do_not_fit(changes: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings(**(GOOD | changes))
    assert f"PRAMAAN_{told}" in str(caught.value)
    assert "word" not in str(caught.value)


def test_production_refuses_plain_http() -> None:
    with pytest.raises(ConfigurationError, match="ACK_URL must be an https address"):
        settings(ENV="production", ACK_URL="http://ack.example/", ACK_HOSTS="ack.example")
