"""Every text of the source has its English, and what is shown is what is written down."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "rewards" / "translations" / "en" / "LC_MESSAGES"
TEMPLATES = sorted((ROOT / "rewards").rglob("templates/**/*.html"))
KEYWORDS = ("lazy_gettext", "lazy_pgettext:1c,2")

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
MARKED = re.compile(r"""\b(?:_|p?gettext)\((?:'[^']*'|"[^"]*"|[,\s])+""")

# A masked name as people see it on a board, whatever language they read.
NAMES = ("王*英",)
# The words cut into the chop, and the measure word that goods are kept with.
NOT_TRANSLATED = ("<span>文明<br>实践</span>", "'件'")


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The texts that stand in the source today."""
    path = tmp_path_factory.mktemp("translations") / "messages.pot"
    keywords = [part for keyword in KEYWORDS for part in ("-k", keyword)]
    options = ["-F", str(ROOT / "babel.cfg"), *keywords, "-o", str(path)]
    CommandLineInterface().run(["pybabel", "--quiet", "extract", *options, str(ROOT / "rewards")])
    with path.open("rb") as file:
        return texts(read_po(file))


@pytest.fixture(scope="module")
def english():
    with (CATALOGUE / "messages.po").open("rb") as file:
        return texts(read_po(file, locale="en"))


def texts(catalogue):
    return {(each.context, each.id): each for each in catalogue if each.id}


def strings(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def find(compiled, message):
    if isinstance(message.id, tuple):
        return tuple(compiled.ngettext(*message.id, n) for n in (1, 2))
    if message.context is None:
        return compiled.gettext(message.id)
    return compiled.pgettext(message.context, message.id)


def test_the_source_has_texts(source):
    assert len(source) > 500


def test_each_text_has_its_english(source, english):
    missing = [
        key
        for key in source
        if key not in english or english[key].fuzzy or not all(strings(english[key]))
    ]

    assert missing == []


def test_no_english_is_kept_for_a_text_that_is_gone(source, english):
    assert sorted(str(key) for key in english.keys() - source.keys()) == []


def test_the_compiled_catalogue_is_the_one_written_down(english):
    with (CATALOGUE / "messages.mo").open("rb") as file:
        compiled = GNUTranslations(file)

    stale = [key for key, each in english.items() if find(compiled, each) != each.string]

    assert stale == []


def test_each_placeholder_has_its_place_in_english(english):
    def placeholders(text):
        return sorted(set(PLACEHOLDER.findall(text)))

    wrong = [
        each.id
        for each in english.values()
        for string in strings(each)
        if placeholders(string) != placeholders(str(each.id))
    ]

    assert wrong == []


def test_english_is_without_chinese(english):
    def without_names(string):
        for name in NAMES:
            string = string.replace(name, "")
        return string

    wrong = [
        string
        for each in english.values()
        for string in strings(each)
        if CHINESE.search(without_names(string))
    ]

    assert wrong == []


def test_no_chinese_of_a_template_is_left_unmarked():
    assert TEMPLATES

    unmarked = {str(path.relative_to(ROOT)): find_unmarked(path.read_text()) for path in TEMPLATES}

    assert {path: found for path, found in unmarked.items() if found} == {}


def find_unmarked(text):
    text = MARKED.sub("", COMMENT.sub("", text))
    for each in NOT_TRANSLATED:
        text = text.replace(each, "")
    return CHINESE.findall(text)
