"""What pages are made of is understood by a Chromium 78 and by an iPhone of iOS 14.

Only words that are told apart by their spelling are looked for; how pages look and work in other
browsers is tried in `tests/nightly/test_other_browsers.py`.
"""

import re
from pathlib import Path

import pytest

PAGES = Path("rewards/pages")
# What others wrote, and what they say themselves that it needs.
THEIRS = {"wechat", "zxing"}
SCRIPTS = [
    *(file for file in PAGES.glob("static/**/*.js") if file.parent.name not in THEIRS),
    PAGES / "templates/phone/sw.js",
]
SHEETS = [*PAGES.glob("static/*.css"), Path("rewards/api/static/docs.css")]
NOT_CODE = re.compile(r"/\*.*?\*/|//[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
TOO_NEW = {
    "?.": r"\?\.(?!\d)",
    "??": r"\?\?",
    "||= and &&=": r"(?:\|\||&&)=",
    "a private member": r"\bthis\.#|^\s*#\w+",
    "looking behind": r"\(\?<[=!]",
    "a number with _": r"\b\d+_\d",
    "at()": r"\.at\(",
    "replaceAll()": r"\.replaceAll\(",
    "any()": r"Promise\.any\(",
    "findLast()": r"\.findLast",
    "replaceChildren()": r"\.replaceChildren\(",
    "structuredClone()": r"\bstructuredClone\(",
    "randomUUID()": r"\.randomUUID\(",
    "hasOwn()": r"Object\.hasOwn\(",
    "a dialog": r"\.showModal\(|\.showPopover\(",
    "a signal of time": r"AbortSignal\.(?:timeout|any)",
}
# Where one of these is not understood, the rule or the whole list of selectors is dropped.
TOO_NEW_STYLE = {
    "a selector that asks": r":(?:has|is|where)\(",
    "nesting": r"(?:^|[\s{;])&",
    "inset": r"[\s{;]inset(?:-\w+)*:",
    "aspect-ratio": r"[\s{;]aspect-ratio:",
    "a container": r"@container|container-type|\d(?:cqw|cqh|cqi|cqb)\b",
    "a layer": r"@layer",
    "units of small and large windows": r"\d[dsl]v[hw]\b",
    "clamp()": r"\bclamp\(",
    "colours": r"color-mix\(|okl(?:ch|ab)\(|\blch\(",
    "a range of widths": r"@media[^{]*[<>]",
    "a transformation of its own": r"[\s{;](?:translate|scale|rotate):",
    "overflow: clip": r"overflow(?:-[xy])?: *clip",
}
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
FLEX = re.compile(r"display: *(?:inline-)?flex")
GRID = re.compile(r"display: *(?:inline-)?grid")
# Beside each other: old browsers know no gap there. One above the other may be tight.
BESIDE = re.compile(r"(?:^|[\s;])(?:column-)?gap: *([^;]*[^;\s])")


def list_rules(text):
    """Return each selector of a sheet with what is said of it."""
    rules = []
    for selectors, said in RULE.findall(COMMENT.sub("", text)):
        rules += [(each.strip(), said) for each in selectors.split(",")]
    return rules


def find_gaps(text):
    """Return the selectors of boxes that keep their parts apart in a way too new."""
    rules = list_rules(text)
    boxes = {each for each, said in rules if FLEX.search(said)}
    return sorted(
        {
            each
            for each, said in rules
            if each in boxes and not GRID.search(said)
            for gap in BESIDE.findall(said)
            if gap.split()[-1] != "0"
        }
    )


@pytest.mark.parametrize("file", SCRIPTS, ids=str)
def test_a_script_says_nothing_too_new(file):
    code = NOT_CODE.sub("''", file.read_text())

    assert [name for name, sign in TOO_NEW.items() if re.search(sign, code, re.MULTILINE)] == []


@pytest.mark.parametrize("file", SHEETS, ids=str)
def test_a_sheet_says_nothing_too_new(file):
    said = COMMENT.sub("", file.read_text())

    assert [name for name, sign in TOO_NEW_STYLE.items() if re.search(sign, said)] == []
    assert find_gaps(said) == []


def test_what_is_too_new_is_found():
    script = "a?.b; a ?? b; x ||= 1; /(?<=a)/; [1].at(0); 'it is ok?.'; // really ??"
    code = NOT_CODE.sub("''", script)
    found = [name for name, sign in TOO_NEW.items() if re.search(sign, code)]
    assert found == ["?.", "??", "||= and &&=", "looking behind", "at()"]

    assert find_gaps(".a { display: flex; gap: 4px; } .b { display: grid; gap: 4px; }") == [".a"]
    assert find_gaps(".a { display: flex; } .c, .a { gap: 0 4px }") == [".a"]
    assert find_gaps(".a { display: flex; gap: 4px 0; } .b { display: flex; gap: 0; }") == []
