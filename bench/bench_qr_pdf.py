"""What people hold in their hands: rates of QR pictures and PDF pages, as ratios measured in one run.

Run it with `python -m bench.bench_qr_pdf [--json] [--seconds N]`. The first symbol of a version and the first page of a
thread learn their tables; both are done before the clock starts, and are reported as `..._first_ms`.
"""

import argparse
import base64
import io
import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import qrcode
from qrcode import util

from credential import qr
from credential.formats import qr_zip
from credential.formats.pictures import read_codes
from credential.record import Address, Facility, Kind, Recipient, Vaccination, VaccinationRecord, Vaccinator
from credential.rendering import printed, render_pdf

ISSUED = datetime(2021, 12, 15, 6, 0, tzinfo=UTC)
NAMES = ("Sample Person", "नमूना व्यक्ति", "மாதிரி நபர்", "నమూనా వ్యక్తి", "নমুনা ব্যক্তি", "ᱱᱢᱩᱱᱟ ᱦᱚᱲ", "نمونہ شخص")
SIGNATURE_BYTES = 256
REPEATED = 900  # what a credential repeats of itself and DEFLATE takes out


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=2.0, help="time per measurement")
    options = parser.parse_args()
    figures = measure(options.seconds)
    if options.json:
        print(json.dumps(figures))
        return
    for name, figure in figures.items():
        print(f"{name:28} {figure:>12,.2f}")


def measure(seconds: float) -> dict[str, float]:
    """Return every figure by its name."""
    payload = qr_zip.pack(credential_text(0))
    qr_first = first_ms(lambda _: qr.png(payload))
    pdf_first = first_ms(lambda number: page(number, "HI"))
    assert read_codes(qr.png(payload)) == [payload]
    payloads = [qr_zip.pack(credential_text(number)) for number in range(64)]
    ours = rate(lambda number: qr.png(payloads[number % 64]), seconds)
    plain = rate(lambda number: by_library(payloads[number % 64], None), seconds)
    fixed = rate(lambda number: by_library(payloads[number % 64], 3), seconds)
    return {
        "qr_version": qr.matrix(payload).version,
        "qr_png_per_s": ours,
        "qr_plain_library_per_s": plain,
        "qr_library_one_mask_per_s": fixed,
        "qr_png_to_plain": ours / plain,
        "qr_png_to_one_mask": ours / fixed,
        "qr_png_bytes": len(qr.png(payload)),
        "qr_svg_bytes": len(qr.svg(payload)),
        "qr_first_ms": qr_first,
        "pdf_en_per_s": rate(lambda number: page(number, "EN"), seconds),
        "pdf_hi_per_s": rate(lambda number: page(number, "HI"), seconds),
        "pdf_en_bytes": len(page(0, "EN")),
        "pdf_hi_bytes": len(page(0, "HI")),
        "pdf_first_ms": pdf_first,
    }


def rate(work: Callable[[int], object], seconds: float) -> float:
    """Return how often the work is done per second; it is given a running number, so that nothing is done twice."""
    work(0)
    begin = time.perf_counter()
    for number in count(1):
        work(number)
        spent = time.perf_counter() - begin
        if spent >= seconds:
            return number / spent
    raise AssertionError


def first_ms(work: Callable[[int], object]) -> float:
    """Return the milliseconds that the first time takes."""
    begin = time.perf_counter()
    work(0)
    return 1000 * (time.perf_counter() - begin)


def by_library(payload: bytes, mask: int | None) -> bytes:
    """Return the picture as `qrcode` alone makes it: version found by itself, mask weighed or given."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=3, mask_pattern=mask)
    code.add_data(util.QRData(payload, mode=util.MODE_8BIT_BYTE))
    target = io.BytesIO()
    code.make_image().save(target)
    return target.getvalue()


def credential_text(number: int) -> str:
    """Return text of a credential's size and entropy."""
    signature = base64.urlsafe_b64encode(random.Random(number).randbytes(SIGNATURE_BYTES)).decode()
    details = base64.b85encode(random.Random(-number).randbytes(SIGNATURE_BYTES * 5 // 2)).decode()
    return json.dumps({"id": number, "details": details, "jws": signature, "context": "https://" + "a" * REPEATED})


def page(number: int, language: str) -> bytes:
    """Return the PDF of a synthetic record; every other one has another script."""
    record = VaccinationRecord(
        beneficiary_id=str(90_000_000_000_000 + number),
        recipient=Recipient(name=f"{NAMES[number % len(NAMES)]} {number}", age=18 + number % 80, gender="Female"),
        vaccination=Vaccination(
            name="COVAXIN", batch=f"B{number}", manufacturer="Sample Maker", date=ISSUED, dose=1, total_doses=2
        ),
        vaccinator=Vaccinator(name="Sample Nurse 1"),
        facility=Facility(name="Sample Centre 1", address=Address(district="Sample District", state="Karnataka")),
        kind=Kind.DOMESTIC,
    )
    certificate = printed(
        record,
        certificate_id=f"1SAMPLE{number:020}",
        issued_at=ISSUED,
        credential_text=credential_text(number),
        language=language,
    )
    return render_pdf(certificate, language=language)


if __name__ == "__main__":
    main()
