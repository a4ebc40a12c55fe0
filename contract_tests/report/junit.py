"""The run as JUnit XML: a suite a subject, a case a rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final
from xml.etree import ElementTree as Tree

from ..core.events import Outcome, RuleResult
from ..findings import Severity
from ..verdict import Verdict
from .account import Account

# what XML 1.0 cannot hold, even escaped
FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(account: Account, verdict: Verdict) -> str:
    """The run as XML text; findings of the baseline count as skipped, notes that fail nothing are told."""
    counted = {
        finding.fingerprint: finding in verdict.failing or finding.severity is not Severity.NOTE
        for finding in verdict.counted
    }
    suites: dict[str, list[RuleResult]] = defaultdict(list)
    for result in account.results:
        suites[result.rule_id.split(".", maxsplit=1)[0]].append(result)
    root = Tree.Element("testsuites", name="contract-tests", time=f"{account.seconds:.3f}")
    totals = [0, 0, 0]
    for name, results in sorted(suites.items()):
        suite = Tree.SubElement(
            root, "testsuite", name=name, time=f"{sum(one.seconds for one in results):.3f}"
        )
        numbers = [0, 0, 0]
        for result in sorted(results, key=lambda one: one.rule_id):
            numbers[0] += 1
            failed, skipped = _case(suite, result, counted)
            numbers[1] += failed
            numbers[2] += skipped
        for attribute, number in zip(("tests", "failures", "skipped"), numbers, strict=True):
            suite.set(attribute, str(number))
        totals = [total + number for total, number in zip(totals, numbers, strict=True)]
    for attribute, number in zip(("tests", "failures", "skipped"), totals, strict=True):
        root.set(attribute, str(number))
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode") + "\n"


def _case(suite: Tree.Element, result: RuleResult, counted: Mapping[str, bool]) -> tuple[int, int]:
    subject, name = result.rule_id.split(".", maxsplit=1)
    case = Tree.SubElement(
        suite, "testcase", classname=f"contract.{subject}", name=name, time=f"{result.seconds:.3f}"
    )
    findings = [finding for finding in result.findings if counted.get(finding.fingerprint)]
    if findings:
        for finding in findings:
            failure = Tree.SubElement(case, "failure", type=finding.rule_id, message=clean(finding.message))
            where = f"operation: {finding.operation_id}\ncontract line: {finding.contract_line}\n"
            failure.text = clean(f"{finding.title}\n{where}\n{finding.request}\n\n{finding.response}")
        return 1, 0
    told = [finding for finding in result.findings if finding.fingerprint in counted]
    if told:
        lines = [f"{finding.rule_id}: {finding.message}" for finding in told]
        Tree.SubElement(case, "system-out").text = clean("\n".join(lines))
    elif result.outcome is Outcome.SKIPPED or result.findings:
        reason = result.reason or "known, from the baseline"
        Tree.SubElement(case, "skipped", message=clean(reason))
        return 0, 1
    return 0, 0


def clean(text: str) -> str:
    """Text as XML can hold it."""
    return FORBIDDEN.sub("\ufffd", text)
