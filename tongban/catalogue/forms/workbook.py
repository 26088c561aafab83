"""A department's workbook (Excel): guides out as sheets, sheets in as guides, every fault named by its cell."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any, cast

import msgspec
import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from tongban.catalogue.rules import columns, guides
from tongban.catalogue.rules.columns import KEY_TITLES, Sheet
from tongban.catalogue.rules.guide import Guide, Text
from tongban.catalogue.rules.lint import Finding
from tongban.engine.refusal import Refused

HEAD = 2  # rows: the words, then the codes that columns are known by
MOST_ROWS = 20_000  # of one sheet
_EMPTY_ROWS = 200  # below the last one that still offer a choice
_LONGEST_LIST = 255  # characters a cell's list of choices may have


Path = tuple[str, ...]


class CellFault(msgspec.Struct, frozen=True, order=True):
    """A fault of a workbook: sheet, cell ("C5"; "" for the sheet as a whole), and words with the mend."""

    sheet: str
    cell: str
    words: Text


class Reading(msgspec.Struct, frozen=True):
    """What a workbook says: guides that could be read, faults, and the cell each path of a guide stands in."""

    guides: list[Guide]
    faults: list[CellFault]
    cells: dict[tuple[str, str], tuple[str, str]]


# Out

_AS_WRITTEN = {
    "in_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}
"""A word is a word: "=1+1" must never run as a formula on the desk of whoever opens the workbook."""


def write(wanted: Sequence[Guide]) -> bytes:
    """The guides as a workbook that `read` reads back without loss."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, _AS_WRITTEN) as book:
        look = {
            "words": book.add_format(
                {"bold": True, "bg_color": "#eaf1fb", "text_wrap": True, "valign": "vcenter"}
            ),
            "codes": book.add_format({"font_color": "#4e5969", "font_size": 8}),
            "cell": book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"}),
        }
        for sheet in columns.sheets():
            rows = list(_rows(sheet, wanted))
            _sheet(book.add_worksheet(sheet.title), sheet, rows, look)
    return out.getvalue()


def _sheet(page: Any, sheet: Sheet, rows: list[list], look: dict[str, Any]) -> None:
    page.write_row(
        0, 0, [*(KEY_TITLES[key] for key in sheet.keys), *(c.title.zh for c in sheet.columns)], look["words"]
    )
    page.write_row(1, 0, [*sheet.keys, *(c.code for c in sheet.columns)], look["codes"])
    page.freeze_panes(HEAD, len(sheet.keys) + 1)
    page.set_column(0, len(sheet.keys) + len(sheet.columns) - 1, 22, look["cell"])
    for number, column in enumerate(sheet.columns, start=len(sheet.keys)):
        if column.choices and len(",".join(column.choices)) <= _LONGEST_LIST:
            last = HEAD + len(rows) + _EMPTY_ROWS
            page.data_validation(
                HEAD, number, last, number, {"validate": "list", "source": list(column.choices)}
            )
    for number, row in enumerate(rows, start=HEAD):
        for place, value in enumerate(row):
            if value is not None:
                page.write(number, place, value, look["cell"])


def _rows(sheet: Sheet, wanted: Sequence[Guide]) -> Iterator[list]:
    for guide in wanted:
        for keys, part in _parts(guide, sheet.path, (guide.base_code,)):
            own = [columns.written(columns.value_at(part, column.path)) for column in sheet.columns]
            yield [*(keys if sheet.keys else ()), *own]


def _parts(part: Any, path: Path, keys: Path) -> Iterator[tuple[Path, Any]]:
    """Every part a sheet holds, with the codes of its owners."""
    if not path:
        yield keys, part
        return
    found = getattr(part, path[0])
    if isinstance(found, msgspec.Struct):
        yield from _parts(found, path[1:], keys)
        return
    for inner in found:
        further = (*keys, inner.code) if len(path) > 1 else keys
        yield from _parts(inner, path[1:], further)


# In


def read(content: bytes) -> Reading:
    """The guides a workbook describes. Faults name their cells; a guide with a fault in it is left out.

    Refuses workbook_unreadable when it is none.
    """
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
    except (CalamineError, OSError, ValueError) as error:
        raise Refused("workbook_unreadable") from error
    reader = _Reader()
    for sheet in columns.sheets():
        if sheet.title not in book.sheet_names:
            reader.fault(
                sheet,
                "",
                "缺少这张工作表：请使用导出的模板",
                "This sheet is missing: use the exported template",
            )
            continue
        rows = cast(list[list], book.get_sheet_by_name(sheet.title).to_python(skip_empty_area=False))
        reader.sheet(sheet, rows)
    return reader.result()


def locate(reading: Reading, finding: Finding) -> CellFault:
    """A finding of lint at the cell it is about: of the path itself, else of the part around it."""
    base_code, _, path = finding.where.partition(" ")
    while (base_code, path) not in reading.cells and path:
        path = path.rpartition(".")[0]
    sheet, cell = reading.cells.get((base_code, path), (columns.sheets()[0].title, ""))
    return CellFault(sheet, cell, finding.message)


class _Row(msgspec.Struct, frozen=True):
    """A row of a sheet by the codes of its columns."""

    number: int
    cells: list
    places: dict[str, int]

    def cell(self, code: str) -> object:
        place = self.places.get(code, len(self.cells))
        return self.cells[place] if place < len(self.cells) else None

    def words(self, code: str) -> str:
        return str(self.cell(code) or "").strip()

    def at(self, code: str) -> str:
        return _cell(self.number, self.places.get(code, 0))


class _Reader:
    """Collects rows sheet by sheet; owners come before what they own."""

    def __init__(self) -> None:
        self.faults: list[CellFault] = []
        self.cells: dict[tuple[str, str], tuple[str, str]] = {}
        self.parts: dict[
            tuple[Path, Path], dict
        ] = {}  # (sheet's path, codes down to the part) -> plain values
        self.spoilt: set[str] = set()  # base codes of guides that cannot be built
        self.counts: dict[tuple, int] = defaultdict(int)

    def fault(self, sheet: Sheet, cell: str, zh: str, en: str, base_code: str = "") -> None:
        self.faults.append(CellFault(sheet.title, cell, Text(zh=zh, en=en)))
        self.spoilt.add(base_code)

    def sheet(self, sheet: Sheet, rows: list[list]) -> None:
        if len(rows) > MOST_ROWS:
            self.fault(
                sheet, "", f"超过 {MOST_ROWS} 行：请分批导入", f"More than {MOST_ROWS} rows: import in parts"
            )
            return
        places = self._places(sheet, rows[1] if len(rows) > 1 else [])
        for number, row in enumerate(rows[HEAD:], start=HEAD):
            if any(str(cell).strip() for cell in row):
                self._row(sheet, _Row(number, row, places))

    def _places(self, sheet: Sheet, codes: list) -> dict[str, int]:
        """Where each column stands; one that is missing or unknown is a fault of the second row."""
        known = [*sheet.keys, *(column.code for column in sheet.columns)]
        found = {str(code).strip(): place for place, code in enumerate(codes) if str(code).strip()}
        for code, place in found.items():
            if code not in known:
                self.fault(
                    sheet,
                    _cell(1, place),
                    f"没有“{code}”这一列：请使用导出的模板",
                    f"There is no column {code!r}: use the exported template",
                )
        for code in known:
            if code not in found:
                self.fault(
                    sheet,
                    _cell(1, len(codes)),
                    f"缺少“{code}”这一列：请使用导出的模板",
                    f"The column {code!r} is missing: use the exported template",
                )
        return found

    def _row(self, sheet: Sheet, row: _Row) -> None:
        owners = tuple(row.words(key) for key in sheet.keys)
        base_code = owners[0] if owners else row.words("base_code")
        if self._owned(sheet, row, owners, base_code):
            values = self._values(sheet, row, base_code)
            self._keep(sheet, owners, base_code, values, lambda code: (sheet.title, row.at(code)))

    def _owned(self, sheet: Sheet, row: _Row, owners: Path, base_code: str) -> bool:
        """Whether the row says readably what it belongs to."""
        if isinstance(row.cell("base_code"), float):
            self.fault(
                sheet,
                row.at("base_code"),
                "基本编码变成了数字，开头的 0 已丢失：请把单元格设为文本后重新填写",
                "The base code became a number and lost its zeros: format the cell as text and type it again",
                base_code,
            )
            return False
        if owners and (sheet.owner, owners) not in self.parts:
            missing = next(
                n for n in range(len(owners)) if (sheet.path[:n], owners[: n + 1]) not in self.parts
            )
            self.fault(
                sheet,
                row.at(sheet.keys[missing]),
                f"没有找到“{owners[missing]}”：请与上级表中的编码一致",
                f"There is no {owners[missing]!r}: use a code of the sheet above",
                base_code,
            )
            return False
        return True

    def _values(self, sheet: Sheet, row: _Row, base_code: str) -> dict:
        """The plain values of the row; a cell that cannot be read or must not be empty is a fault."""
        values: dict = {}
        for column in sheet.columns:
            try:
                value = columns.read(column, row.cell(column.code))
            except columns.Unreadable as error:
                self.fault(sheet, row.at(column.code), error.zh, error.en, base_code)
                continue
            if value is None and not column.optional:
                self.fault(
                    sheet,
                    row.at(column.code),
                    f"没有填写“{column.title.zh}”",
                    f"{column.title.en} is empty",
                    base_code,
                )
            elif value is not None:
                columns.put_at(values, column.path, value)
        return values

    def _keep(self, sheet: Sheet, owners: Path, base_code: str, values: dict, where: Any) -> None:
        """Store the part under its owner and remember which cell each of its paths stands in."""
        label = str(values.get("code") or values.get("value") or self.counts[owners, sheet.path])
        self.counts[owners, sheet.path] += 1
        own = (sheet.path, (*owners, label) if owners else (base_code,))
        if own in self.parts:
            name = own[1][-1]
            self.fault(
                sheet,
                where("code" if owners else "base_code")[1],
                f"“{name}”重复",
                f"{name!r} stands twice",
                base_code,
            )
            return
        self.parts[own] = values
        if owners:
            place = self.parts[sheet.owner, owners]
            for name in sheet.inside[:-1]:
                place = place.setdefault(name, {})
            place.setdefault(sheet.inside[-1], []).append(values)
        path = ".".join([*_path_of(sheet, owners), label]) if owners else ""
        first = "code" if any(column.code == "code" for column in sheet.columns) else sheet.columns[0].code
        self.cells[base_code, path] = where(first)
        for column in sheet.columns:
            for end in range(1, len(column.path) + 1):
                inner = ".".join(filter(None, [path, *column.path[:end]]))
                self.cells.setdefault((base_code, inner), where(column.code))

    def result(self) -> Reading:
        found = []
        for (path, codes), values in self.parts.items():
            if not path and codes[0] not in self.spoilt:
                try:
                    found.append(guides.from_plain(values))
                except Refused as refused:
                    sheet, cell = self.cells[codes[0], ""]
                    reason = str(refused.facts["reason"])
                    self.faults.append(CellFault(sheet, cell, Text(zh=reason, en=reason)))
        return Reading(guides=found, faults=sorted(self.faults), cells=self.cells)


def _path_of(sheet: Sheet, owners: Path) -> list[str]:
    """How lint names the place of a part: fields stand under "fields.<code>" wherever their section is."""
    if sheet.path == ("form", "fields"):
        return ["fields"]
    if sheet.path == ("form", "fields", "options"):
        return ["fields", owners[2], "options"]
    if len(sheet.inside) > 1:
        return list(sheet.path)
    names: list[str] = []
    for name, owner in zip(sheet.path, [*owners[1:], None], strict=True):
        names += [name, *([owner] if owner else [])]
    return names


def _cell(row: int, place: int) -> str:
    """A cell as Excel names it: (4, 2) is C5."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"
