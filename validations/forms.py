"""One encoding per concept: a declared form of a figure's dimensions is read as the canonical one.

`seeds/relations/alias.csv` declares which dimensions are another form of which (`form` is read as `read_as`, both texts
such as `scheme=BASIC_MEDICAL pop_group=EMPLOYEES`). Every figure passes this door, whatever it was printed in, and so
does what a decision makes of it and what a claim or a decision selects. A form that code lists and relations show to be
another one of a concept, and that nothing declares, is a fault. What they cannot show, only a declaration knows: that
two codes with nothing in common in name, parent or quotient mean one thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from validations.code_lists import CodeLists
from validations.dimensions import DIMENSIONS

#: Dimensions, by name.
Codes = Mapping[str, str]
#: Dimensions whose codes an indicator's own code may begin with: DIBAO_EXPENDITURE, REGISTERED_POPULATION.
NAMING = ("scheme", "population_basis")

#: Dimensions that a form may consist of; where and when a figure is of has one code.
_FIXED = ("ref_area", "freq", "time_period", "base_period", "time_basis", "actuality")
FORMED = tuple(name for name in DIMENSIONS if name not in _FIXED)


@dataclass(frozen=True)
class Form:
    """A row of alias.csv: figures with the codes of `form` are read with those of `read_as` in their place."""

    relation_id: str
    form: Codes
    read_as: Codes

    def stands_in(self, codes: Codes) -> bool:
        return all(codes.get(name) == code for name, code in self.form.items())

    def __str__(self) -> str:
        return f"{shown(self.form)} is read as {shown(self.read_as)} ({self.relation_id} of alias.csv)"


def codes_of(text: str | None) -> dict[str, str]:
    """Dimensions from a text such as `scheme=DIBAO residence=U`; a code may hold an equals sign."""
    return dict(part.partition("=")[::2] for part in (text or "").split())


def shown(codes: Codes) -> str:
    """The text of codes_of, in the order of the dimensions."""
    return " ".join(f"{name}={codes[name]}" for name in DIMENSIONS if name in codes)


@dataclass(frozen=True)
class Forms:
    """What the code lists and relations know of forms."""

    lists: CodeLists

    @cached_property
    def declared(self) -> tuple[Form, ...]:
        return tuple(
            Form(record["relation_id"] or "", codes_of(record["form"]), codes_of(record["read_as"]))
            for record in self.lists.relations.get("alias", [])
        )

    def canonical(self, codes: Codes) -> dict[str, str]:
        """The dimensions of a figure, or those that select one, in the canonical form."""
        read, relative = self._read(codes), codes.get("counterpart", "_Z")
        if relative != "_Z" and read["counterpart"] == relative:
            # What the figure is relative to is read as a level is: the counterpart is in what the two differ then.
            other = self._read({**codes, "measure": "level", "counterpart": "_Z", **codes_of(relative)})
            own = {"measure": "level", "counterpart": "_Z"}
            read["counterpart"] = shown({n: c for n, c in other.items() if {**read, **own}.get(n) != c}) or relative
        return read

    def _read(self, codes: Codes) -> dict[str, str]:
        read = dict(codes)
        # Each form is read once at most: contracts see to it that none leads back.
        for _ in self.declared:
            form = next((f for f in self.declared if f.stands_in(read) and not any(self._against(f, read))), None)
            if form is None:
                break
            read |= {n: c for n, c in form.read_as.items() if n in form.form or not self.is_part(n, read.get(n), c)}
        return read

    def _against(self, form: Form, codes: Codes) -> Iterator[tuple[str, str]]:
        """What the reading of a form would overwrite: (dimension, its code); a part of what it is read as is no other."""
        for name, code in form.read_as.items():
            stated = codes.get(name)
            is_same = stated in (None, "", code, DIMENSIONS.get(name)) or self.is_part(name, stated, code)
            if name not in form.form and not is_same:
                yield name, str(stated)

    def is_part(self, name: str, code: str | None, whole: str) -> bool:
        """Whether a code of a dimension is a part of another one of it: retired employees of all employees."""
        wider, found = {whole}, False
        while wider and not found:
            parts = {part for of in wider for part in self._parts.get((name, of), ())}
            wider, found = parts - wider, code in parts
        return found

    @cached_property
    def _parts(self) -> dict[tuple[str, str], set[str]]:
        """The parts of each code, by dimension and code, as part.csv has them."""
        found: dict[tuple[str, str], set[str]] = {}
        for record in self.lists.relations.get("part", []):
            (name, _, whole), (_, _, part) = (str(record[key]).partition("=") for key in ("whole", "part"))
            found.setdefault((name, whole), set()).add(part)
        return found

    def group_of(self, scheme: str | None) -> str | None:
        """The group of insured that a scheme is for, where it is read as a group, or a group is read as it."""
        for form in self.declared:
            for one, other in ((form.form, form.read_as), (form.read_as, form.form)):
                if one.get("scheme") == scheme and other.get("pop_group", "_T") != "_T":
                    return other["pop_group"]
        return None

    def faults(self, codes: Codes) -> Iterator[tuple[str, str, str]]:
        """What is no form that is declared, or canonical: (dimension, read, expected)."""
        for form in self.declared:
            if form.stands_in(codes):
                for name, stated in self._against(form, codes):
                    expected = f"{form.read_as[name]}, or nothing: {form}"
                    yield name, stated, expected
        read = self._read(codes)
        group, of = read["pop_group"], self.group_of(read["scheme"])
        if of and group not in (of, DIMENSIONS["pop_group"]) and not self.is_part("pop_group", group, of):
            yield "pop_group", codes["pop_group"], f"a part of {of}, for whom {read['scheme']} is, or nothing"
        for name, other in self._undeclared(read):
            stated = shown({key: codes[key] for key in other}) if len(other) > 1 else codes[name]
            yield name, stated, f"{shown(other)}, which says the same; or declare in relations/alias.csv how it is read"

    def not_canonical(self, codes: Codes) -> Iterator[tuple[str, str, str]]:
        """Where a form may not stand, though it is declared: (dimension, read, expected)."""
        changed = {name: code for name, code in self.canonical(codes).items() if codes[name] != code}
        for name, code in changed.items():
            yield name, codes[name], f"{code}: the canonical form, {shown(changed)}, as relations/alias.csv declares it"

    def _undeclared(self, codes: Codes) -> Iterator[tuple[str, dict[str, str]]]:
        """Other encodings of what `codes` say, as far as lists and relations show: (dimension, the codes that differ)."""
        scheme, group, indicator = codes["scheme"], codes["pop_group"], codes["indicator"]
        of_group = f"{scheme}_{group}"
        if self._schemes.get(of_group) == scheme and self._read({"scheme": of_group}) == {"scheme": of_group}:
            # A parent and a group, for which a scheme of its own is named.
            yield "pop_group", {"scheme": of_group, "pop_group": "_T"}
        if scheme.endswith(f"_{group}") and scheme in self._schemes:
            yield "pop_group", {"scheme": scheme, "pop_group": "_T"}
        for named in self._named_by(codes, indicator):
            yield "indicator", {"indicator": named}
        for whose in self._schemes:
            if indicator.startswith(f"{whose}_") and whose not in self._ancestry(scheme):
                yield "scheme", {"scheme": whose}
        for record in self.lists.relations.get("quotient", []):
            is_relative = codes["measure"] in ("ratio", "share") and indicator == record["numerator"]
            if is_relative and codes["counterpart"] == f"indicator={record['denominator']}":
                yield "measure", {"indicator": record["result"] or "", "measure": "level", "counterpart": "_Z"}

    def _ancestry(self, scheme: str | None) -> list[str]:
        """A scheme and those above it."""
        found: list[str] = []
        while scheme and scheme not in found:
            found.append(scheme)
            scheme = self._schemes.get(scheme)
        return found

    def _named_by(self, codes: Codes, indicator: str) -> Iterator[str]:
        """Indicators that bear a code of the figure in their name: before its own, or for that of a scheme above."""
        above = (f"{whose}_" for whose in self._ancestry(codes["scheme"]))
        rests = [indicator, *(indicator.removeprefix(whose) for whose in above if indicator.startswith(whose))]
        for name in NAMING:
            for rest in rests:
                named = f"{codes[name].upper()}_{rest}"
                if named != indicator and named in self._indicators:
                    yield named

    @cached_property
    def _schemes(self) -> dict[str, str | None]:
        return {record["code"] or "": record["parent"] for record in self.lists.records["scheme"]}

    @cached_property
    def _indicators(self) -> set[str]:
        return {*self.lists.codes("indicator")}
