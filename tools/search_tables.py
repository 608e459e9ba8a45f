"""Makes the frozen tables of the search module anew: python tools/search_tables.py UNICODE_FOLDER

UNICODE_FOLDER holds Unihan_Variants.txt, Unihan_OtherMappings.txt and Unihan_Readings.txt, plain or .bz2:
/usr/share/unicode of Debian's package `unicode-data`. The libraries are those of the dependency group `tables`.
Afterwards raise rules.analysis.VERSION, put the new checksum into the test, and rebuild the index: what was indexed
under the old tables is found by the old ones.

A character folds to one character: NFKC, Latin accents off, lower case, traditional to simplified, and, for characters
outside the 8,105 of 通用规范汉字表, the variant inside that list which Unihan or CCCII name without ambiguity.
Our own list, tables/variants.tsv, comes first.

    python tools/search_tables.py traditional

makes tables/traditional.tsv only, which no index depends on: from simplified to traditional, characters and phrases.
"""

import bz2
import subprocess
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import opencc
from opencc import OpenCC
from pypinyin.constants import PINYIN_DICT

TABLES = Path(__file__).parent.parent / "wenmai" / "search" / "rules" / "tables"
TRADITIONAL = [OpenCC(name) for name in ("tw2t", "hk2t", "t2s")]
JAPANESE = OpenCC("jp2t")
TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
ALPHABETS = 0x530  # Latin, Greek and Cyrillic lie below: their accents are dropped, those of other scripts are letters

IN_TITLES = {
    "长": "chang2",
    "都": "du1",
    "了": "liao3",
    "还": "huan2",
    "得": "de2",
}  # where counts are of everyday texts

Variants = dict[str, set[str]]


def unihan(folder: Path, name: str) -> Iterator[tuple[str, str, list[str]]]:
    path = folder / name
    raw = path.read_bytes() if path.exists() else bz2.decompress(path.with_name(name + ".bz2").read_bytes())
    for line in raw.decode().splitlines():
        if line.startswith("U+"):
            code, field, value = line.split("\t")
            yield chr(int(code[2:], 16)), field, value.split()


def characters() -> Iterator[str]:
    """Everything that is assigned, is no control and lies outside the private planes."""
    for code in range(0x20, 0x32000):
        if unicodedata.category(chr(code)) not in {"Cc", "Cn", "Co", "Cs"}:
            yield chr(code)


def own_variants() -> dict[str, str]:
    """tables/variants.tsv: each line a character and, after a tab, the ones that fold to it."""
    lines = (TABLES / "variants.tsv").read_text().splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {source: target for target, sources in pairs for source in sources}


def plain(character: str) -> str:
    """NFKC, without Latin accents, lower; the character itself where that would be more than one."""
    folded = unicodedata.normalize("NFKC", character)
    base, *marks = list(unicodedata.normalize("NFD", folded))
    if ord(base) < ALPHABETS and all(unicodedata.combining(mark) for mark in marks):
        folded = base
    folded = folded.lower()
    return folded if len(folded) == 1 else character


def simplified(character: str) -> str:
    for step in TRADITIONAL:
        after = step.convert(character)
        character = after if len(after) == 1 else character
    return character


def layers(code: str) -> str:
    """CCCII and EACC keep variants of one character six planes apart: the place they share."""
    plane = int(code[:2], 16) - 0x21
    return f"{plane % 6}{code[2:]}" if plane >= 0 else ""


def named_variants(folder: Path) -> tuple[dict[str, Variants], set[str]]:
    """Variants by authority ("kSemanticVariant", "kZVariant", "layer"), and the standard list."""
    variants: dict[str, Variants] = {name: defaultdict(set) for name in ("kSemanticVariant", "kZVariant", "layer")}
    standard, shared = set(), defaultdict(set)
    for character, field, values in unihan(folder, "Unihan_Variants.txt"):
        if field in variants:
            variants[field][character] |= {chr(int(value.split("<")[0][2:], 16)) for value in values}
    for character, field, values in unihan(folder, "Unihan_OtherMappings.txt"):
        if field == "kTGH":
            standard.add(character)
        elif field in {"kCCCII", "kEACC"}:
            for value in filter(layers, values):
                shared[field, layers(value)].add(character)
    for group in shared.values():
        for character in group:
            variants["layer"][character] |= group - {character}
    return variants, standard


def agreed(character: str, variants: dict[str, Variants], standard: set[str]) -> str:
    """The one standard character that the authorities agree on, or "" where they do not."""
    found = [{simplified(other) for other in table.get(character, ())} & standard for table in variants.values()]
    found.append({simplified(JAPANESE.convert(character))} & standard)
    pools = [pool for pool in found if pool]
    if not pools:
        return ""
    both = set.intersection(*pools)
    if len(both) == 1:
        return both.pop()
    return next((next(iter(pool)) for pool in pools if len(pool) == 1), "")


def folds(folder: Path) -> dict[str, str]:
    variants, standard = named_variants(folder)
    own = own_variants()
    table = {}
    for character in characters():
        target = own.get(character) or simplified(plain(character))
        if character not in own and target not in standard and unicodedata.category(target) == "Lo":
            target = own.get(target) or agreed(target, variants, standard) or target
        table[character] = target
    return settled(table)


def settled(table: dict[str, str]) -> dict[str, str]:
    """Chains followed to their end, so that folding twice changes nothing; only what changes is kept."""
    ends = {}
    for character, first in table.items():
        target, seen = first, {character}
        while target not in seen and table.get(target, target) != target:
            seen.add(target)
            target = table[target]
        if target != character:
            ends[character] = target
    return ends


def syllable(marked: str) -> str:
    """ "lǜ" as "lv4"; the light tone is 5; "" for what has no vowel (ḿ, ńg)."""
    letters, tone = "", "5"
    for character in unicodedata.normalize("NFD", marked):
        if character in TONES:
            tone = TONES[character]
        elif character == "\u0308":
            letters = letters[:-1] + "v"
        elif character.isascii():
            letters += character
    return letters + tone if letters.isalpha() and set(letters) & set("aeiouv") else ""


def usual_readings(folder: Path) -> dict[str, list[str]]:
    """Where known, by how frequent they are in texts (kHanyuPinlu: "chang2(1236)"), else the customary one."""
    counted, customary = {}, {}
    for character, field, values in unihan(folder, "Unihan_Readings.txt"):
        if field == "kHanyuPinlu":
            pairs = [value.rstrip(")").split("(") for value in values]
            counted[character] = [syllable(marked) for marked, _n in sorted(pairs, key=lambda pair: -int(pair[1]))]
        elif field == "kMandarin":
            customary[character] = [syllable(values[0])]
    return customary | counted | {character: [value] for character, value in IN_TITLES.items()}


def readings(folder: Path, table: dict[str, str]) -> dict[str, list[str]]:
    """Every reading of each character that others fold to, the usual first, those of its traditional forms last."""
    usual = usual_readings(folder)
    own = {
        chr(code): [found for found in map(syllable, marked.split(",")) if found]
        for code, marked in PINYIN_DICT.items()
    }
    own = {
        character: sorted(values, key=lambda value: value not in usual.get(character, [])[:1])
        for character, values in own.items()
    }
    merged = {character: list(values) for character, values in own.items() if character not in table}
    for source, target in table.items():
        if simplified(source) != target:
            continue
        known = merged.setdefault(target, [])
        heard = {value[:-1] for value in known}
        known += [value for value in own.get(source, ()) if value[:-1] not in heard]
    return {character: list(dict.fromkeys(values)) for character, values in merged.items() if values}


def dictionary(name: str) -> dict[str, str]:
    """One of OpenCC's, with the first of its choices for each entry."""
    folder = Path(opencc.__file__).parent / "clib"
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as file:
        source = folder / "share" / "opencc" / f"{name}.ocd2"
        options = ["-i", str(source), "-o", file.name, "-f", "ocd2", "-t", "text"]
        subprocess.run([str(folder / "bin" / "opencc_dict"), *options], check=True)
        pairs = (line.rstrip("\n").split("\t") for line in Path(file.name).read_text("utf-8").splitlines())
        return {source: targets.split()[0] for source, targets in pairs}


def traditional() -> dict[str, str]:
    """Characters, the phrases in which one becomes another than alone, and those that keep such phrases off.

    The longest entry from the left wins, as in OpenCC: "太后天" must not be read as "后天".
    """
    single = dictionary("STCharacters")
    phrases = dictionary("STPhrases_GeneratedFromRegionalPhrases") | dictionary("STPhrases")
    differing = {one for one, to in phrases.items() if "".join(single.get(part, part) for part in one) != to}
    begun = {one[:end] for one in differing for end in range(1, len(one) + 1)}

    def keeps_off(phrase: str) -> bool:
        rests = [phrase[start:] for start in range(len(phrase))]
        inside = any(rest[:end] in differing for rest in rests for end in range(1, len(rest) + 1))
        return inside or any(rest in begun for rest in rests[1:])

    kept = {one: to for one, to in phrases.items() if one in differing or keeps_off(one)}
    return {one: to for one, to in single.items() if one != to} | kept


def write_traditional() -> None:
    """An entry a line, with a tab and what it becomes where that is not what its characters become."""
    table = traditional()
    alone = {one: to for one, to in table.items() if len(one) == 1}
    lines = [
        one if len(one) > 1 and to == "".join(alone.get(part, part) for part in one) else f"{one}\t{to}"
        for one, to in sorted(table.items())
    ]
    (TABLES / "traditional.tsv").write_text("".join(f"{line}\n" for line in lines))
    print(f"traditional.tsv: {len(lines)} entries")


def write(name: str, groups: dict[str, list[str]]) -> None:
    lines = [f"{head}\t{''.join(sorted(members))}\n" for head, members in sorted(groups.items())]
    (TABLES / name).write_text("".join(lines))
    print(f"{name}: {len(lines)} lines, {sum(map(len, groups.values()))} characters")


def main(folder: Path) -> None:
    table = folds(folder)
    by_target, by_reading = defaultdict(list), defaultdict(list)
    for source, target in table.items():
        by_target[target].append(source)
    for character, values in readings(folder, table).items():
        by_reading[",".join(values)].append(character)
    write("fold.tsv", by_target)
    write("readings.tsv", by_reading)


if __name__ == "__main__":
    if sys.argv[1] == "traditional":
        write_traditional()
    else:
        main(Path(sys.argv[1]))
