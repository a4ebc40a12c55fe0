"""Findings as SARIF 2.1.0, each at the line of the contract that it breaks."""

from __future__ import annotations

import json
from typing import Any, Final

from ..contract import SHOWN_PATH
from ..findings import Finding
from ..verdict import Verdict
from .account import Account
from .json_report import tool_version

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(account: Account, verdict: Verdict) -> str:
    """The findings as SARIF text; those of the baseline are there as suppressed."""
    findings = (*verdict.counted, *verdict.known)
    rules = {finding.rule_id: finding.title for finding in findings}
    order = list(rules)
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "contract-tests",
                        "version": tool_version(),
                        "rules": [
                            {"id": name, "shortDescription": {"text": title}} for name, title in rules.items()
                        ],
                    }
                },
                "invocations": [{"executionSuccessful": not account.stopped}],
                "results": [_result(finding, order.index(finding.rule_id)) for finding in findings],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _result(finding: Finding, index: int) -> dict[str, Any]:
    text = finding.message + (f"\n\n{finding.request}" if finding.request else "")
    made: dict[str, Any] = {
        "ruleId": finding.rule_id,
        "ruleIndex": index,
        "level": finding.severity.value,
        "message": {"text": text},
        "partialFingerprints": {"ruleAndOperation/v1": finding.fingerprint},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": SHOWN_PATH},
                    "region": {"startLine": finding.contract_line or 1},
                }
            }
        ],
    }
    if finding.operation_id:
        made["locations"][0]["logicalLocations"] = [{"name": finding.operation_id, "kind": "function"}]
    if finding.known is not None:
        made["suppressions"] = [{"kind": "external", "justification": finding.known}]
    return made
