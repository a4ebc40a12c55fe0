"""Settings: flags over environment over file over defaults."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from mockserver.errors import StartError
from mockserver.settings import SETTINGS, Settings, load_settings


def test_each_row_of_the_table_is_a_field_with_the_same_default() -> None:
    assert {row.name: row.default for row in SETTINGS} == {
        field.name: field.default for field in fields(Settings)
    }


def test_flags_go_before_environment_before_file_before_defaults(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('port = 1\nseed = "file"\nfixture = "file"\n')
    environment = {"MOCKSERVER_PORT": "2", "MOCKSERVER_SEED": "environment"}
    settings = load_settings({"port": "3"}, environment, file)
    assert (settings.port, settings.seed, settings.fixture, settings.host) == (
        3,
        "environment",
        "file",
        "127.0.0.1",
    )


def test_an_empty_variable_counts_as_none() -> None:
    assert load_settings({}, {"MOCKSERVER_PORT": ""}).port == 8129


@pytest.mark.parametrize(
    ("flags", "environment", "line"),
    [
        ({"port": "many"}, {}, "--port: port cannot be 'many'"),
        ({"port": "70000"}, {}, "a port is from 0 to 65535"),
        (
            {},
            {"MOCKSERVER_PROFILE": "old"},
            "MOCKSERVER_PROFILE: profile cannot be 'old'; choose docs or current",
        ),
        ({"run_seconds": "-1"}, {}, "seconds are from 0 to 86400"),
        ({"strict": "perhaps"}, {}, "a switch is true or false"),
        ({"queue_seconds": "nan"}, {}, "seconds are from 0 to 86400"),
    ],
)
def test_a_bad_value_names_its_source(flags: dict[str, str], environment: dict[str, str], line: str) -> None:
    with pytest.raises(StartError) as caught:
        load_settings(flags, environment)
    assert line in str(caught.value)


def test_switches_are_read_from_text_and_from_toml(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("strict = true\nlog-requests = false\n")
    settings = load_settings({}, {}, file)
    assert settings.strict is True
    assert settings.log_requests is False


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("prot = 1\n", "unknown setting 'prot'"),
        ("port = \n", "is not valid TOML"),
        (None, "cannot read settings file"),
    ],
)
def test_a_bad_file_is_one_clear_line(tmp_path: Path, content: str | None, line: str) -> None:
    file = tmp_path / "settings.toml"
    if content is not None:
        file.write_text(content)
    with pytest.raises(StartError, match=line):
        load_settings({}, {}, file)
