"""One normaliser of registry identifiers: whatever is written, the identifier as the graph has it.

Addresses of any host and scheme, CURIEs (`ROR:04bwf3e34`), labels (`ORCID iD 0000-...`), blanks,
hyphens, capitals and what word processors make of them are taken off; check digits are tested.

    normalise("ror", "https://ROR.org/04BWF3E34/")   -> "04bwf3e34"
    recognise("PIC: 999 981 731")                    -> ("pic", "999981731")
    identifiers_in("DLR (ror.org/04bwf3e34), Köln")  -> [("ror", "04bwf3e34")]

Scheme codes are those of the vocabulary's `identifier-scheme`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import unquote

import polars as pl

from permed.graph.check_digits import check_digits_fit
from permed.ontology import value_patterns

__all__ = [
    "check_digits_fit",
    "identifiers_in",
    "normalise",
    "normalised",
    "recognise",
    "told_scheme",
]

_WORDS: Final = {  # what stands before an identifier -> its scheme
    "ror": "ror", "rorid": "ror", "orcid": "orcid", "orcidid": "orcid", "isni": "isni",
    "pic": "pic", "picnumber": "pic", "piccode": "pic", "doi": "doi", "grid": "grid",
    "gridid": "grid", "wikidata": "wikidata", "wd": "wikidata", "qid": "wikidata",
    "fundref": "fundref", "funder": "fundref", "crossref": "fundref", "crossreffunder": "fundref",
    "vat": "vat", "vatno": "vat", "vatnumber": "vat", "rcn": "cordis-rcn",
    "cordis-rcn": "cordis-rcn", "cordisrcn": "cordis-rcn", "grant": "grant", "ga": "grant",
    "grantagreement": "grant",
    "isbn": "isbn", "eurio": "eurio", "openaire": "openaire",
    "project-reference": "project-reference", "projectreference": "project-reference",
}  # fmt: skip
_LABEL: Final = re.compile(
    r"(?P<word>[a-z][a-z _-]*?)(?:[\s_-]+(?:identifier|id|number|no|nr)\b\.?)?\s*[:=#]\s*(?!//)"
    r"(?P<rest>\S.*)"
    r"|(?P<spoken>[a-z][a-z ]*?)(?:\s+(?:identifier|id|number|no|nr)\b\.?)?\s+(?P<value>\S*\d.*)",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS: Final = re.compile(
    r"(?:https?:)?//(?:[^/@\s]*@)?|(?=(?:www\.|dx\.)?[a-z.-]+\.[a-z]{2,}/)", re.IGNORECASE
)
_HOST_PATTERNS: Final = (  # host and path before the identifier -> its scheme; the first that fits
    (r"(?:dx\.)?doi\.org/10\.13039/", "fundref"),
    (r"data\.crossref\.org/fundingdata/funder/(?:10\.13039/)?", "fundref"),
    (r"api\.crossref\.org/funders/(?:10\.13039/)?", "fundref"),
    (r"(?:dx\.)?doi\.org/", "doi"),
    (r"(?:api\.)?ror\.org/(?:v\d/)?(?:organizations/)?", "ror"),
    (r"(?:sandbox\.|pub\.)?orcid\.org/(?:v[\d.]+/)?", "orcid"),
    (r"isni\.org/(?:isni/|page/)?|isni-url\.oclc\.nl/isni/", "isni"),
    (r"(?:m\.)?wikidata\.org/(?:wiki/(?:special:entitydata/)?|entity/)", "wikidata"),
    (r"grid\.ac/institutes/", "grid"),
    (r"ec\.europa\.eu/\S*?org-details/", "pic"),
    (r"cordis\.europa\.eu/projects?/rcn/", "cordis-rcn"),
    (r"cordis\.europa\.eu/project/(?:id/)?", "grant"),
    (r"data\.europa\.eu/s66/resource/", "eurio"),
)  # fmt: skip
_HOSTS: Final = [(re.compile(host, re.IGNORECASE), scheme) for host, scheme in _HOST_PATTERNS]
_DASHES: Final = dict.fromkeys(map(ord, "‐‑‒–—−﹣－"), "-")
_HIDDEN: Final = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), None)
_ORCID_RANGES: Final = (  # of the ISNIs
    ("0000000150000007", "0000000350000001"),
    ("0009000000000000", "0009001000000000"),
)
_FREE: Final = ("project-reference", "openaire", "eurio")  # whose identifiers are any text
_SHORTEST_QID: Final = 4  # letters of a bare Wikidata id: Q2 is as often a quarter
_LOWEST_PIC: Final = 860_000_000  # bare numbers of nine digits from here on are PICs, no grants
_RUNNING: Final = re.compile(
    r"(?:https?://|\bwww\.|\b(?:ror|orcid|isni|grid|wikidata|doi)\.(?:org|ac)/|"
    r"\b(?:ror|pic|orcid|isni|grid|wikidata|doi|fundref)\s?:\s?(?!//))[^\s<>\"',;|()\[\]{}]+",
    re.IGNORECASE,
)


def normalise(scheme: str, text: str | None) -> str | None:
    """Return the identifier of a scheme in its one form, None where the text is none of it.

    A text that says that it is of another scheme (`normalise("ror", "GRID:grid.1.2")`) is none.
    Check digits of ROR, ORCID, ISNI and ISBN must fit. KeyError for a scheme that the vocabulary
    lacks.
    """
    tidy = _tidy(text or "")
    told, value = _parted(tidy)
    if scheme in _FREE:
        return _fitting(scheme, value if told == scheme else tidy)
    if told == "fundref" and scheme == "doi":
        value = f"10.13039/{_fundref(value)}"
    elif told is not None and told != scheme and (told, scheme) not in _WITHIN:
        return None
    return _fitting(scheme, value)


def recognise(text: str | None) -> tuple[str, str] | None:
    """Return scheme and identifier of a text that is an identifier, None for any other text.

    An address, CURIE or label tells the scheme. A bare identifier is taken where its form belongs
    to one registry alone: ROR, ORCID, ISNI, DOI, GRID and Wikidata, PICs (nine digits from
    860000000 on) and Crossref funders (10000... and 501100...).
    """
    tidy = _tidy(text or "")
    told, value = _parted(tidy)
    if told is not None:
        told = "fundref" if told == "doi" and _FUNDER_DOI.match(value) else told
        found = _fitting(told, value)
        return None if found is None else (told, found)
    for scheme in ("fundref", "pic", "ror", "orcid", "isni", "grid", "doi", "wikidata"):
        found = _fitting(scheme, tidy)
        if found is not None and _alone(scheme, found, tidy):
            return scheme, found
    return None


def told_scheme(text: str | None) -> str | None:
    """Return the scheme that an address, CURIE or label tells, also of a broken identifier."""
    return _parted(_tidy(text or ""))[0]


def identifiers_in(text: str | None) -> list[tuple[str, str]]:
    """Return the identifiers that stand as addresses or CURIEs in a running text, each once."""
    whole = recognise(text)
    if whole is not None:
        return [whole]
    parts = (recognise(match[0]) for match in _RUNNING.finditer(text or ""))
    return list(dict.fromkeys(found for found in parts if found is not None))


def normalised(scheme: str, values: pl.Expr) -> pl.Expr:
    """Return a column of texts as identifiers of a scheme, null where a text is none."""

    def column(texts: pl.Series) -> pl.Series:
        known = {text: normalise(scheme, text) for text in texts.unique() if text is not None}
        return pl.Series(texts.name, [known.get(text) for text in texts], dtype=pl.String)

    return values.map_batches(column, return_dtype=pl.String)


# --- what stands around an identifier ----------------------------------------------------------

# a funder may be told by its DOI, and an ORCID iD is an ISNI
_WITHIN: Final = {("doi", "fundref"), ("orcid", "isni"), ("isni", "orcid")}
_FUNDER_DOI: Final = re.compile(r"(?:doi:\s*)?10\.13039/", re.IGNORECASE)


def _tidy(text: str) -> str:
    """One line in plain characters, without brackets and marks around it."""
    text = text if len(text) <= 2000 else ""  # nothing longer is one; patterns take their time
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).translate(_HIDDEN)
    text = " ".join(text.split()).strip("\"'`")
    text = text.removeprefix("<").removesuffix(">").rstrip(".,;").strip()
    inner = text[1:-1]
    return inner.strip() if text[:1] + text[-1:] in ("()", "[]", "{}") else text


def _parted(text: str) -> tuple[str | None, str]:
    """Part a text into the scheme that it tells and the rest; no scheme where it tells none."""
    address = _of_address(text)
    if address is not None:
        return address
    if text.lower().startswith(("info:", "urn:")):
        text = text.partition(":")[2].replace("/", ":", 1)
    label = _LABEL.fullmatch(text)
    if label is None:
        return None, text
    word = re.sub(r"[\s_]", "", label["word"] or label["spoken"]).lower()
    scheme = _WORDS.get(word) or _WORDS.get(word.replace("-", ""))
    if scheme is None:
        return None, text
    rest = label["rest"] or label["value"]
    return _of_address(rest) or (scheme, rest)


def _of_address(text: str) -> tuple[str, str] | None:
    start = _ADDRESS.match(text)
    if start is None:
        return None
    rest = unquote(text[start.end() :]).removeprefix("www.").removeprefix("WWW.")
    for host, scheme in _HOSTS:
        found = host.match(rest)
        if found is not None:
            value = re.split(r"[?#|]", rest[found.end() :])[0].strip().rstrip("/")
            return scheme, value if scheme in ("doi", "eurio") else value.split("/")[0]
    return None


def _alone(scheme: str, value: str, text: str) -> bool:
    """Whether a bare text of that form can be of that scheme only."""
    if scheme == "pic":
        return int(value) >= _LOWEST_PIC
    if scheme == "wikidata":
        return len(value) >= _SHORTEST_QID
    if scheme == "fundref":
        return text.startswith("10.13039/") or value.startswith(("10000", "501100"))
    if scheme == "orcid":
        digits = value.replace("-", "")
        return any(low <= digits <= high for low, high in _ORCID_RANGES)
    return True


# --- the form of each scheme -------------------------------------------------------------------


@cache
def _pattern(scheme: str) -> re.Pattern[str]:
    return re.compile(value_patterns()[scheme])


def _fitting(scheme: str, text: str) -> str | None:
    pattern = _pattern(scheme)
    value = _FORMS.get(scheme, str)(text)
    return value if pattern.fullmatch(value) and check_digits_fit(scheme, value) else None


def _ror(text: str) -> str:
    """Crockford's base32 reads O as 0, and I and L as 1."""
    return text.replace(" ", "").lower().translate(str.maketrans("oil", "011"))


def _sixteen(text: str) -> str:
    return re.sub(r"[\s.-]", "", text).upper()


def _orcid(text: str) -> str:
    digits = _sixteen(text)
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def _digits(text: str) -> str:
    """A number as spreadsheets show it: marks between thousands, `.0` behind, `9.99E+2`."""
    text = re.sub(r"\.0+$", "", text)
    science = re.fullmatch(r"(\d)[.,](\d+)[eE]\+?0?(\d+)", text)
    if science and len(science[2]) == int(science[3]):
        return science[1] + science[2]
    grouped = re.fullmatch(r"\d{1,3}(?:[ .,'’]\d{3})+", text)
    return re.sub(r"\D", "", text) if grouped else text


def _doi(text: str) -> str:
    value = unquote(text).lower().strip()
    if value.count(")") > value.count("("):
        value = value.rstrip(")")
    return "" if re.search(r"[\s<>\"{}|\\^`]", value) else value


def _fundref(text: str) -> str:
    return _FUNDER_DOI.sub("", text.strip(), count=1)


def _grid(text: str) -> str:
    value = text.replace(" ", "").lower()
    return value if value.startswith("grid.") else f"grid.{value}"


def _wikidata(text: str) -> str:
    return text.replace(" ", "").upper().removesuffix(".JSON").removesuffix(".TTL")


def _vat(text: str) -> str:
    return re.sub(r"[\s.]", "", text).upper()


def _isbn(text: str) -> str:
    return re.sub(r"[\s-]", "", text).upper()


_FORMS: Final[dict[str, Callable[[str], str]]] = {
    "ror": _ror, "orcid": _orcid, "isni": _sixteen, "pic": _digits, "grant": _digits,
    "cordis-rcn": _digits, "doi": _doi, "fundref": _fundref, "grid": _grid, "wikidata": _wikidata,
    "vat": _vat, "isbn": _isbn,
}  # fmt: skip
