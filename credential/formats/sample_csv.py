"""Templates to fill in: the columns of each CSV form, and one row about nobody (Co-WIN specification 1.1)."""

from collections.abc import Sequence
from enum import StrEnum

from credential.formats.bulk_csv import OLD_TEMPLATE, OUR_TEMPLATE, write_rows
from credential.formats.members import Member

_SAMPLE = {
    "beneficiaryId": "SAMPLE-1",
    "recipient.name": "Sample Person 1",
    "recipient.mobile": "+919999900001",
    "recipient.dateOfBirth": "1980-11-30",
    "recipient.gender": "Female",
    "recipient.nationality": "Indian",
    "vaccination.name": "COVISHIELD",
    "vaccination.batch": "SAMPLE-B1",
    "vaccination.manufacturer": "Serum Institute of India",
    "vaccination.date": "2021-03-01",
    "vaccination.dose": "1",
    "vaccination.totalDoses": "2",
    "vaccinator.name": "Sample Nurse",
    "facility.name": "Sample Health Centre",
    "facility.address.line1": "1, Sample Road",
    "facility.address.district": "Bengaluru Urban",
    "facility.address.state": "Karnataka",
    "facility.address.postalCode": "560034",
}


class CsvForm(StrEnum):
    """Forms of CSV files: ours, and those of the old system's two branches."""

    OURS = "ours"
    DIVOC_INDIA = "divoc-india"
    DIVOC_MAIN = "divoc-main"


def sample_csv(form: CsvForm) -> str:
    """Return the header and one synthetic row. The India branch's form has the column of the id as well."""
    chosen = _chosen(form)
    cells = [_SAMPLE.get(".".join(member.target), "") for member in chosen]
    return write_rows([member.source[0] for member in chosen], [cells])


def _chosen(form: CsvForm) -> Sequence[Member]:
    if form is CsvForm.OURS:
        return OUR_TEMPLATE.members
    first = [member for member in OLD_TEMPLATE.members if member.target == ("beneficiaryId",)]
    rest = [member for member in OLD_TEMPLATE.members if member not in first]
    if form is CsvForm.DIVOC_INDIA:
        rest = [member for member in rest if member.source[0] in OLD_TEMPLATE.required]
    return [*first, *rest]
