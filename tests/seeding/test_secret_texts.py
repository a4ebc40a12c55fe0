"""Whatever looks like a key or a token is taken out of a fixture, wherever it stands."""

from __future__ import annotations

import pytest

from mockserver.seeding.secret_texts import without_secrets


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("see phx_0taEdVQgke3nNfSrZCikxmfaA026G3I", "see REDACTED"),
        ("phc_abcdefghijklmnop and more", "REDACTED and more"),
        ("eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2lnbmF0dXJl", "REDACTED"),
        ("Authorization: Bearer abcdefgh1234", "Authorization: Bearer REDACTED"),
        ("sk_live_abcdefgh12345678", "REDACTED"),
        (
            "https://x.example/?sharing_access_token=abc&b=1",
            "https://x.example/?sharing_access_token=REDACTED&b=1",
        ),
        ("https://me:secret@x.example/", "https://REDACTED@x.example/"),
        ("/shared/abcdefghijklmnopqrstuvwxyz", "/shared/REDACTED"),
        ("tokens sold, ph_value and key=1", "tokens sold, ph_value and key=1"),
    ],
)
def test_secrets_go_and_everything_else_stays(text: str, left: str) -> None:
    assert without_secrets({text: [text, 1, None, {"a": text}]}) == {left: [left, 1, None, {"a": left}]}
