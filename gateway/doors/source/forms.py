"""The file in a multipart/form-data body (RFC 7578), in memory: no row of a person's is written to a temporary file."""

from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from credential.errors import BadUserInput

MEDIA_TYPE = "multipart/form-data"
PARTS = 20


@dataclass(slots=True)
class _Part:
    """A part of the form on its way; `whole` once its end was seen."""

    headers: dict[bytes, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)
    whole: bool = False


class _Form:
    """Collects the parts of a body."""

    def __init__(self) -> None:
        self.parts: list[_Part] = []
        self._name = self._value = b""

    def parser(self, boundary: bytes) -> MultipartParser:
        """Return what calls the methods below."""
        return MultipartParser(
            boundary,
            {
                "on_part_begin": self.on_part_begin,
                "on_part_data": self.on_part_data,
                "on_part_end": self.on_part_end,
                "on_header_field": self.on_header_field,
                "on_header_value": self.on_header_value,
                "on_header_end": self.on_header_end,
            },
        )

    def on_part_begin(self) -> None:
        if len(self.parts) == PARTS:
            raise FormParserError("too many parts")
        self.parts.append(_Part())

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].data += data[start:end]

    def on_part_end(self) -> None:
        self.parts[-1].whole = True

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def on_header_end(self) -> None:
        self.parts[-1].headers[self._name.lower()] = self._value
        self._name = self._value = b""


def file_of(body: bytes, content_type: str, name: str = "file") -> tuple[bytes, str]:
    """Return bytes and file name of the form's file field. Raises BadUserInput where there is none."""
    boundary = parse_options_header(content_type)[1].get(b"boundary")
    form = _Form()
    try:
        parser = form.parser(boundary or b"")
        parser.write(body)
        parser.finalize()
    except FormParserError:
        raise BadUserInput("The form cannot be read; send one file in a field of the form.", (name,)) from None
    for part in form.parts:
        _, options = parse_options_header(part.headers.get(b"content-disposition", b""))
        if part.whole and options.get(b"name") == name.encode() and b"filename" in options:
            return bytes(part.data), options[b"filename"].decode("utf-8", "replace")
    raise BadUserInput(f"The form has no file in the field `{name}`.", (name,))
