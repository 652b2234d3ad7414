"""What each language costs: rate and size of its domestic page, and the ratio to English, measured in one run.

Run it with `python -m bench.bench_languages [--json] [--pages N]`. Languages take turns, page by page, so that a busy
moment of the machine hits all of them; each page has another name and number, and the first of each is not counted.
"""

import argparse
import json
import time
from dataclasses import replace
from statistics import median

from credential.certificate import Stage
from credential.rendering import LANGUAGES, Layout, PrintedCertificate, load, render_pdf
from credential.sample import sample

BASE = "EN"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--pages", type=int, default=12, help="pages per language")
    options = parser.parse_args()
    figures = measure(options.pages)
    if options.json:
        print(json.dumps(figures))
        return
    print(f"{'':5}{'pages/s':>9}{'to EN':>8}{'bytes':>9}{'to EN':>8}")
    for code, (rate, to_rate, size, to_size) in figures.items():
        print(f"{code:5}{rate:9.1f}{to_rate:8.2f}{size:9,.0f}{to_size:8.2f}")


def measure(pages: int) -> dict[str, tuple[float, float, float, float]]:
    """Return by language the pages per second, its ratio to English, the bytes of a page, and theirs."""
    certificates = {code: _sample(code) for code in LANGUAGES}
    spent: dict[str, list[float]] = {code: [] for code in LANGUAGES}
    sizes: dict[str, int] = {}
    for number in range(pages + 1):
        for code, certificate in certificates.items():
            page = replace(certificate, name=f"{certificate.name} {number}", beneficiary_id=str(90_000_000 + number))
            begin = time.perf_counter()
            sizes[code] = len(render_pdf(page, language=code))
            spent[code].append(time.perf_counter() - begin)
    rates = {code: 1 / median(times[1:]) for code, times in spent.items()}
    return {
        code: (rates[code], rates[code] / rates[BASE], sizes[code], sizes[code] / sizes[BASE]) for code in LANGUAGES
    }


def _sample(code: str) -> PrintedCertificate:
    (template,) = load(None).templates
    return sample(template, language=code, layout=Layout.DOMESTIC, stage=Stage.FINAL)


if __name__ == "__main__":
    main()
