"""Filters on the elements of an autocaptured click, by the vendor's `elements_chain` text."""

from __future__ import annotations

import re

from sqlglot import exp

from mockserver.analytics import sql
from mockserver.analytics.encoding import text_of
from mockserver.analytics.model import JSONObject, QueryError
from mockserver.analytics.reading import listed, optional_text
from mockserver.analytics.sql import Sql

ATTRIBUTE = r'(^|;|:|")[^;]*{name}="{value}"'
TAG = r"(^|;){value}(\.|$|;|:)"
NEGATIONS = {"is_not": "exact", "not_icontains": "icontains", "not_regex": "regex"}


def element_filter(chain: Sql, key: str, filter_: JSONObject) -> Sql:
    """Whether any element of the chain has the tag, text, href or CSS selector asked for."""
    operator = optional_text(filter_, "operator") or "exact"
    if operator == "is_set":
        return sql.call("regexp_matches", chain, sql.text(ATTRIBUTE.format(name=re.escape(key), value=".*?")))
    if operator == "is_not_set":
        return sql.negated(element_filter(chain, key, {**filter_, "operator": "is_set"}))
    if operator in NEGATIONS:
        return sql.negated(element_filter(chain, key, {**filter_, "operator": NEGATIONS[operator]}))
    words = [text_of(each) or "" for each in listed(filter_.get("value"))]
    if key == "selector":
        patterns = [selector_pattern(each) for each in words]
    elif key == "tag_name":
        patterns = [TAG.format(value=_value(each, operator)) for each in words]
    elif key in ("text", "href"):
        patterns = [ATTRIBUTE.format(name=key, value=_value(each, operator)) for each in words]
    else:
        raise QueryError(f"property_to_expr for type element not implemented for key {key}", attr="key")
    found = [sql.call("regexp_matches", chain.copy(), sql.text(each)) for each in patterns]
    return sql.any_of(found) if found else exp.true()


def _value(word: str, operator: str) -> str:
    if operator == "regex":
        return word
    return f'(?i)[^"]*{re.escape(word)}[^"]*' if operator == "icontains" else re.escape(word)


def selector_pattern(selector: str) -> str:
    """A CSS selector of tags, classes, ids, attributes, descendants and children, as a pattern on the chain.

    The chain lists the clicked element first and its ancestors after it, so the parts are read backwards.
    """
    parts = [part for part in re.split(r"\s*(>)\s*|\s+", selector.strip()) if part]
    pattern = ""
    for position, part in enumerate(reversed(parts)):
        if part == ">":
            continue
        direct = position > 0 and parts[len(parts) - position] == ">"
        pattern += ("" if not pattern else "[^;]*;" if direct else "[^;]*;(.*;)?") + _compound(part)
    return f"(^|;){pattern}"


def _compound(part: str) -> str:
    tag = re.match(r"^[\w-]+", part)
    pattern = (re.escape(tag[0]) if tag else r"[^;:.]*") + r"[^;]*?"
    for name in re.findall(r"\.([\w-]+)", re.sub(r"\[[^\]]*\]", "", part)):
        pattern += rf"\.{re.escape(name)}[^;]*?"
    for name in re.findall(r"#([\w-]+)", re.sub(r"\[[^\]]*\]", "", part)):
        pattern += rf'attr_id="{re.escape(name)}"[^;]*?'
    for name, value in re.findall(r"""\[([\w-]+)=["']?([^"'\]]*)["']?\]""", part):
        pattern += rf'{re.escape(name)}="{re.escape(value)}"[^;]*?'
    return pattern
