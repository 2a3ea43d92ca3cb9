"""The walks over every page miss none: each is listed, once, with who comes to it or why nobody."""

from itertools import chain

from tests.walking.crawl import list_page_rules
from tests.walking.pages import NOT_SEEN, SEEN_BY


def test_each_page_is_walked_over_or_left_out_for_a_reason(app):
    pages = sorted(rule.rule for rule in list_page_rules(app))

    assert sorted(chain(NOT_SEEN, *SEEN_BY.values())) == pages


def test_what_is_not_walked_over_is_no_page(app):
    walked = {rule.endpoint for rule in list_page_rules(app)}
    others = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.endpoint not in walked
    }

    assert sorted(rule for rule in others if not is_file_or_call(rule)) == []


def is_file_or_call(rule):
    calls = ("/api/", "/static/", "/streams/", "/healthz", "/readyz", "/metrics")
    return "." in rule.rpartition("/")[2] or rule.startswith(calls)
