"""DigiLocker's Pull URI and Pull Doc, as XML (Co-WIN specification, section 5).

Requests are read without entities, document types and network; names of members are the old ones, and so are those of
the answers, with nothing left out where a value is empty.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from enum import StrEnum

from lxml import etree

from credential.errors import BadUserInput

MAX_FIELD = 256
MAX_ELEMENTS = 200
URI_REQUEST, DOC_REQUEST = "PullURIRequest", "PullDocRequest"
_DETAILS = ("DocType", "DigiLockerId", "UID", "FullName", "DOB", "tracking_id", "Mobile", "UDF1")
_BROKEN = "The body is no XML of a Pull URI or Pull Doc request in UTF-8."


class Wanted(StrEnum):
    """What an answer shall hold: the signed data, the page, or both."""

    XML = "xml"
    PDF = "pdf"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A request: its root's name, and what it asks for. What is absent is empty."""

    root: str
    ts: str = ""
    txn: str = ""
    wanted: Wanted = Wanted.BOTH
    details: dict[str, str] = field(default_factory=dict, repr=False)

    def detail(self, name: str) -> str:
        """Return a member of DocDetails without outer spaces, "" where it is absent."""
        return self.details.get(name, "").strip()


@dataclass(frozen=True, slots=True)
class Produced:
    """What is handed out: the URI of a document, its page, and its signed text with the certificate's id."""

    uri: str
    certificate_id: str
    pdf: bytes | None = None
    text: str | None = None


def read_request(body: bytes, root: str) -> PullRequest:
    """Return the request. Raises BadUserInput; its `details` may be unfinished, never too long."""
    tree = _parsed(body)
    if etree.QName(tree).localname != root:
        raise BadUserInput(_BROKEN)
    wanted = tree.get("format", "").lower() or Wanted.BOTH
    if wanted not in set(Wanted):
        raise BadUserInput("The attribute format must be xml, pdf or both.")
    details = _child(tree, "DocDetails")
    members = {} if details is None else {etree.QName(one).localname: one.text or "" for one in details}
    members.pop("Photo", None)
    read = PullRequest(root, tree.get("ts", ""), tree.get("txn", ""), Wanted(wanted), members)
    if any(len(value) > MAX_FIELD for value in (read.ts, read.txn, *members.values())):
        raise BadUserInput(f"A member is longer than {MAX_FIELD} characters.")
    return read


def uri_response(request: PullRequest, produced: Produced) -> bytes:
    """Return PullURIResponse of a document that was found."""
    root = _response("PullURIResponse", request)
    details = etree.SubElement(root, "DocDetails")
    echoed = {"DocType", "DigiLockerId", "FullName", "DOB"}
    for name in _DETAILS:
        _add(details, name, request.detail(name) if name in echoed else "")
    _add(details, "URI", produced.uri)
    _contents(details, produced)
    return etree.tostring(root, encoding="UTF-8")


def doc_response(request: PullRequest, produced: Produced) -> bytes:
    """Return PullDocResponse of a document that was found."""
    root = _response("PullDocResponse", request)
    _contents(etree.SubElement(root, "DocDetails"), produced)
    return etree.tostring(root, encoding="UTF-8")


def refusal(request: PullRequest, code: str, message: str) -> bytes:
    """Return the answer without a document: Status 0, with a stable code and what to do."""
    status = etree.Element(request.root.replace("Request", "Response"), {"ns2": ""})
    _add_status(status, request, "0", {"code": code}).text = message
    return etree.tostring(status, encoding="UTF-8")


def data_content(certificate_id: str, text: str) -> bytes:
    """Return the signed text byte for byte within `<certificate>`, as it lies in holders' lockers."""
    inner = text.replace("]]>", "]]]]><![CDATA[>")
    return f'<certificate id="{certificate_id}"><![CDATA[{inner}]]></certificate>'.encode()


def _parsed(body: bytes) -> etree._Element:
    """Parse. UTF-8 only, whatever the declaration says, so that no document type hides behind another encoding."""
    try:
        if "<!DOCTYPE" in body.decode("utf-8") or b"\0" in body:
            raise BadUserInput("A document type is not allowed.")
        parser = etree.XMLParser(
            encoding="utf-8",
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
            remove_comments=True,
            remove_pis=True,
        )
        tree = etree.fromstring(body, parser)
    except (UnicodeDecodeError, etree.XMLSyntaxError):
        raise BadUserInput(_BROKEN) from None
    if sum(1 for _ in zip(tree.iter(), range(MAX_ELEMENTS + 1), strict=False)) > MAX_ELEMENTS:
        raise BadUserInput(f"The request has more than {MAX_ELEMENTS} elements.")
    return tree


def _child(tree: etree._Element, name: str) -> etree._Element | None:
    return next((one for one in tree if etree.QName(one).localname == name), None)


def _response(name: str, request: PullRequest) -> etree._Element:
    root = etree.Element(name, {"ns2": ""})
    _add_status(root, request, "1", {}).text = ""
    return root


def _add_status(root: etree._Element, request: PullRequest, status: str, more: dict[str, str]) -> etree._Element:
    return etree.SubElement(root, "ResponseStatus", {"Status": status, "ts": request.ts, "txn": request.txn} | more)


def _contents(details: etree._Element, produced: Produced) -> None:
    text = None if produced.text is None else data_content(produced.certificate_id, produced.text)
    _add(details, "DocContent", "" if produced.pdf is None else b64encode(produced.pdf).decode())
    _add(details, "DataContent", "" if text is None else b64encode(text).decode())


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, name).text = text
