"""How the columns of a list are called, by what they are; and which of them say one thing together."""

from __future__ import annotations

import re

from orchestration.intake.spellings import period
from validations.labels import Column


def _called(*names: str) -> re.Pattern[str]:
    return re.compile("|".join(names), re.IGNORECASE)


#: A column that numbers the rows, one of codes, and one of units.
NUMBERS = _called(r"no\.?|id|index|rank|row", r"__index_level_\d+__|Unnamed: \d+", "序号|编号|排名|行次")
CODE_NAME = _called(".*(?:_code|_id|Code)", ".*(?:代码|编码|编号)")
UNIT_NAME = _called("units?(?:_measure)?|printed_unit", "(?:计量)?单位")
#: A column of figures, and of what the publication calls them.
VALUE_NAME = _called(
    "(?:obs_|printed_)?values?|figures?", "(?:指标)?(?:数值|数据|数额|值)", "本期(?:数|值)?|绝对[数值额量]"
)
ITEM = _called("items?|labels?|indicators?|indicator_?name", "项目|指标(?:名称)?|名称|科目")
#: Columns of publications, of what they are, of what leads to them, and of remarks.
PUBLICATION = _called(
    "publications?|editions?|vintages?|sources?|(?:publication|release|update)[ _]?date|(?:last[ _]?)?updated|published|released",
    "(?:数据)?(?:发布|公布|更新)(?:日期|时间)|出处|(?:资料|数据)?来源|版本",
)
AGENCY = _called("agency|agencies|office", "部门|机构|发布机构|发布单位")
STAGE = _called("(?:release_)?stage", "(?:数据|发布)?(?:阶段|性质|状态)")
ADDRESS_NAME = _called("address|url|link", "网址|链接")
OF_PUBLICATION = _called(PUBLICATION.pattern, AGENCY.pattern, STAGE.pattern, ADDRESS_NAME.pattern)
NOTE = _called("notes?|remarks?|comments?", "备注|说明|注")
PERIOD_NAME = _called(
    "(?:time_)?periods?|years?|months?|quarters?|time|date",
    "(?:统计|数据)?(?:年份?|年度|月份?|季度?|时间|时期)|日期|报告期|数据期|期间?",
)
#: A column that says how the figures of its rows are stated: of their period or since January, as a level or as growth.
KIND_NAME = _called(
    "(?:value|figure|data|metric|series|measure|period)?_?(?:types?|kinds?|basis)|measures?|transformation|time_basis",
    "(?:指标|数据|数值|统计|期间|时期|累计)?(?:类型|类别|口径|方式)|(?:当|本)[月期][/或、]?累计|累计[/或、]?(?:当|本)[月期]",
)
#: A text in it that says no more than that a figure is of its own period.
CURRENT = _called(
    "(?:(?:current|this|single|in the|end of(?: the)?|at the end of the) )?(?:month|quarter|year|period)(?:ly)?(?:[- ]end)?",
    "current|annual",
    "(?:本|当|单)(?:月|期|季度?|年度?)(?:末|内)?(?:数|值|额|发生额|数据)?|(?:期|月|季|年)末(?:数|值|余额)?|(?:月|季|年)度(?:数|值)?",
)
#: What in a column that is named for a dimension says all of it.
WHOLE = _called("all|total|both|overall", "合计|总计|全部|全体|总体|不分城乡|城乡合计")
QUARTER_NAME = _called("quarters?", "季度?")
#: What stands in a cell that leads to a publication.
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
#: What one text of a column may say alone, in the order in which it is asked, and how such a column is called.
ONE = {
    "ref_area": "(?:ref_)?areas?|regions?|provinces?|地区(?:名称)?|省份|省市|行政区划?",
    "residence": "residence|城乡(?:分类)?",
    "scheme": "schemes?|insurances?|险种|保险(?:类型|种类|项目)|制度",
    "pop_group": "(?:pop(?:ulation)?_?)?groups?|人群|(?:参保)?(?:人员|人群|对象)(?:类别|类型)",
    "age": "age",
    "scope": "scope",
}
#: What a text in a column that is called for a dimension may leave out of a name.
SHORT = {"scheme": ("{}保险", "{} insurance"), "pop_group": ("{}职工", "{}人员", "城镇{}", "城乡{}", "{} employees")}
#: A column is of what most of its texts say.
MOST = 0.5
#: In place of a year that is asked.
SOME_YEAR = "2000"
_YEAR = re.compile("(?:19|20)[0-9]{2} ?年?度?")
#: How a year and a part of it may be one text, in English and in Chinese; a quarter that is but a number is no month.
_JOINED = (
    ("{year}-{part}", "{year}年{part}", "{year}年{part}月", "{part} {year}"),
    ("{year}年{part}", "{year}年{part}月", "{year}-{part}"),
)
_OF_A_QUARTER = (("{year}-Q{part}",), ("{year}年第{part}季度",))


def with_periods(columns: dict[str, list[str]], told: str, unknown: str) -> dict[str, list[str]]:
    """The columns, of which one of years and one of parts of the year are one: `{年份}年{月份}月`. Of parts alone the year is
    the one that is `told` beside the rows, or `unknown`."""
    named = {name: [text for text in texts if text] for name, texts in columns.items() if PERIOD_NAME.fullmatch(name)}
    years = [name for name, texts in named.items() if texts and all(map(_YEAR.fullmatch, texts))]
    parts = [name for name, texts in named.items() if texts and name not in years and not _are_periods(texts)]
    if len(parts) != 1 or len(years) > 1 or (not years and len(named) > 1):
        return columns
    (part,) = parts
    found = {*re.findall("(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])", told)}
    year = f"{{{years[0]}}}" if years else found.pop() if len(found) == 1 else unknown
    # 2023年 stands before its month as it is.
    ends = "" if years and any("年" in text for text in columns[years[0]]) else "年"
    is_number = all(re.fullmatch("[0-9]+", text) for text in named[part])
    ways = (_OF_A_QUARTER if is_number and QUARTER_NAME.fullmatch(part) else _JOINED)[not part.isascii()]
    best, known = "", 0
    for way in ways:
        name = way.replace("年", ends, 1).replace("{year}", year).replace("{part}", f"{{{part}}}")
        texts = joined(name.replace(unknown, SOME_YEAR), columns)
        found = len([text for text in texts if period(text)])
        best, known = (name, found) if found > known else (best, known)
    if known <= MOST * len(named[part]):
        return columns
    first = next(name for name in columns if name in (*years, part))
    # An unknown year is read as some year.
    return {
        (best if name == first else name): joined(best.replace(unknown, SOME_YEAR), columns) if name == first else texts
        for name, texts in columns.items()
        if name == first or name not in (*years, part)
    }


def of_period(name: str, has_year: bool) -> str | None:
    """The period that the name of a column of figures says, or, beside a column of years, the part of a year."""
    found = period(name)
    if found is None and has_year:
        ways = (way.format(year=SOME_YEAR, part=name) for way in ("{year}年{part}", "{part} {year}", "{year}-{part}"))
        part = next((said for text in ways if (said := period(text))), "")
        found = part.replace(f"{SOME_YEAR}-", "--") if part[4:] else None
    return found


def joined(name: str, columns: dict[str, list[str]]) -> list[str]:
    """The texts of a column that is made of several, as intake reads them."""
    parts = Column(name=name, holds="_").parts
    rows = zip(*(columns[part] for part in parts[1::2]))
    return [
        "".join(text for pair in zip(parts[0::2], (*row, "")) for text in pair)
        if all(row)
        else " ".join(filter(None, row))
        for row in rows
    ]


def _are_periods(texts: list[str]) -> bool:
    return len([text for text in texts if period(text)]) > MOST * len(texts)
