"""Names of areas in Latin letters: a declared reading where a library errs, else its reading; the generic in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

PEOPLES = {
    "各": "Multi-ethnic",
    "蒙古": "Mongol",
    "回": "Hui",
    "藏": "Tibetan",
    "维吾尔": "Uygur",
    "苗": "Miao",
    "彝": "Yi",
    "壮": "Zhuang",
    "布依": "Bouyei",
    "朝鲜": "Korean",
    "满": "Manchu",
    "侗": "Dong",
    "瑶": "Yao",
    "白": "Bai",
    "土家": "Tujia",
    "哈尼": "Hani",
    "哈萨克": "Kazakh",
    "傣": "Dai",
    "黎": "Li",
    "傈僳": "Lisu",
    "佤": "Va",
    "畲": "She",
    "拉祜": "Lahu",
    "水": "Sui",
    "东乡": "Dongxiang",
    "纳西": "Naxi",
    "景颇": "Jingpo",
    "柯尔克孜": "Kirgiz",
    "土": "Tu",
    "达斡尔": "Daur",
    "仫佬": "Mulao",
    "羌": "Qiang",
    "布朗": "Blang",
    "撒拉": "Salar",
    "毛南": "Maonan",
    "仡佬": "Gelao",
    "锡伯": "Xibe",
    "普米": "Pumi",
    "塔吉克": "Tajik",
    "怒": "Nu",
    "鄂温克": "Evenki",
    "保安": "Bonan",
    "裕固": "Yugur",
    "独龙": "Derung",
    "鄂伦春": "Oroqen",
}
#: Peoples whose name may stand without 族.
BARE = ("蒙古", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "鄂伦春")
PEOPLE = re.compile(rf"(?:(?:{'|'.join(sorted(PEOPLES, key=len, reverse=True))})族|(?:{'|'.join(BARE)}))")
#: A generic in English, by the level of the area: the town of a prefecture goes by its name alone.
GENERICS = {
    "自治区": "Autonomous Region",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "行政区": "Administrative Region",
    "群岛": "Islands",
    "地区": "Prefecture",
    "林区": "Forestry District",
    "矿区": "Mining District",
    "特区": "Special District",
    "盟": "League",
    "县": "County",
    "区": "District",
    "旗": "Banner",
    "市": "City",
    "镇": "Town",
}
#: Words that look like a generic with a name before it, and are part of the name: 碑林 is a name, 林区 no kind of it.
NOT_GENERIC = re.compile(r"^.?(?:柏|西|金|北|杏|碑)林区$")


def english(name: str, level: str, readings: Mapping[str, str], romanise: Callable[[str], list[str]]) -> str:
    """The name of one area. `readings`: declared, by the text that they are for; `romanise`: a syllable for each character."""
    if name in readings:
        return titled(readings[name])
    generic = generic_of(name)
    stem = name[: len(name) - len(generic)]
    peoples: list[str] = []
    while generic.startswith("自治") or generic == "区":
        people = next((m.group() for n in range(len(stem)) if (m := PEOPLE.fullmatch(stem, n))), "")
        if not people:
            break
        stem = stem[: -len(people)]
        peoples.insert(0, PEOPLES[people.removesuffix("族")])
    words = " and ".join(filter(None, [", ".join(peoples[:-1]), *peoples[-1:]]))
    kind = "" if level == "prefecture" and generic == "市" else GENERICS.get(generic, "")
    return " ".join(filter(None, [titled(_read(stem, readings, romanise)) if stem else "", words, kind]))


def generic_of(name: str) -> str:
    """The kind of area that a Chinese name ends with; nothing where it ends with none."""
    if NOT_GENERIC.match(name):
        return "区"
    return next((g for g in GENERICS if name.endswith(g) and len(name) - len(g) >= (1 if len(g) == 1 else 2)), "")


def titled(reading: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in reading.split())


def _read(stem: str, readings: Mapping[str, str], romanise: Callable[[str], list[str]]) -> str:
    """Letters of a name without its generic: syllables in one word, an apostrophe before one that begins with a vowel."""
    parts: list[str] = []
    syllables = romanise(stem)
    index = 0
    while index < len(stem):
        text = next((t for n in range(len(stem) - index, 0, -1) if (t := stem[index : index + n]) in readings), "")
        parts.append(readings[text] if text else syllables[index])
        index += len(text) or 1
    word = ""
    for part in parts:
        mark = "'" if word and part[:1] in "aeo" and not word.endswith(" ") else ""
        word += mark + part
    return word.replace("v", "ü") if re.search(r"[ln]v", word) else word
