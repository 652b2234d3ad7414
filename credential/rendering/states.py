"""The language that a certificate is printed in unless the reader asks for another: that of the facility's state."""

# Co-WIN specification 9.2: a state is recognised by a part of its lower-case name. Manipur prints Bengali there, and
# Jammu and Kashmir Urdu; Manipuri and Kashmiri are for the reader to ask for.
_BY_STATE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("HI", ("andaman", "arunachal", "bihar", "chhattisgarh", "delhi", "haryana", "himachal", "jharkhand", "ladakh")),
    ("HI", ("madhya", "meghalaya", "mizoram", "nagaland", "rajasthan", "uttar pradesh", "uttarakhand")),
    ("TE", ("andhra", "telangana")),
    ("AS", ("assam",)),
    ("PA", ("chandigarh", "punjab")),
    ("GU", ("dadra and nagar haveli", "daman and diu", "gujarat")),
    ("KOK", ("goa",)),
    ("UR", ("jammu and kashmir",)),
    ("KN", ("karnataka",)),
    ("ML", ("kerala", "lakshadweep")),
    ("MR", ("maharashtra",)),
    ("BN", ("manipur", "tripura", "west bengal")),
    ("OR", ("odisha",)),
    ("TA", ("puducherry", "tamil nadu")),
    ("NE", ("sikkim",)),
)
FALLBACK = "EN"


def default_language(state: str) -> str:
    """Return the language code for a facility's state, EN where the state is unknown."""
    name = " ".join(state.lower().replace("&", " and ").split())
    return next((code for code, parts in _BY_STATE if any(part in name for part in parts)), FALLBACK)
