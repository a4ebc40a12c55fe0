"""What someone sees who has nothing but a link."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from ..conftest import Running, StartServer
from .test_sharing import allow, share

PASSWORD = "open sesame"


def locked(running: Running, **fields: Any) -> tuple[str, str]:
    """A link with a password: its sharing address and its token."""
    allow(running)
    path, shown = share(running, password_required=True, **fields)
    running.http.post(f"{path}/passwords", json={"raw_password": PASSWORD, "note": "Board"})
    return path, shown["access_token"]


def unlock(running: Running, token: str, password: str = PASSWORD) -> Any:
    return running.anonymous.post(f"/shared/{token}", json={"password": password})


def embedded_data(page: str) -> Any:
    found = re.search(
        r'<script type="application/json" id="posthog-exported-data">(.*?)</script>', page, re.S
    )
    assert found
    return json.loads(found.group(1))


def test_a_link_shows_the_insight_to_anyone(running: Running) -> None:
    _, shown = share(running)
    data = running.anonymous.get(f"/shared/{shown['access_token']}.json?refresh=blocking").json()
    assert (data["type"], data["accessToken"]) == ("scene", shown["access_token"])
    insight = data["insight"]
    assert (insight["effective_restriction_level"], insight["effective_privilege_level"]) == (37, 21)
    assert (insight["name"], insight["user_access_level"]) == ("Shared", None)
    assert isinstance(insight["result"], list)
    assert data["themes"][0]["is_global"] is True


def test_the_page_has_the_result_as_a_table_and_the_data_inside(running: Running) -> None:
    _, shown = share(running)
    answer = running.anonymous.get(f"/shared/{shown['access_token']}?refresh=blocking")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Shared</h1>" in answer.text
    assert '<th scope="col">$pageview</th>' in answer.text
    assert embedded_data(answer.text)["insight"]["name"] == "Shared"


def test_a_name_cannot_break_out_of_the_page(running: Running) -> None:
    name = "</script><script>alert(1)</script>"
    insight = running.create(name=name)
    path = f"{running.insights}/{insight['id']}/sharing"
    token = running.http.patch(path, json={"enabled": True}).json()["access_token"]
    page = running.anonymous.get(f"/shared/{token}").text
    assert "<script>alert" not in page
    assert embedded_data(page)["insight"]["name"] == name


def test_an_embedded_page_says_so_and_hides_its_header_when_asked(running: Running) -> None:
    _, shown = share(running, settings={"noHeader": True, "legend": False})
    page = running.anonymous.get(f"/embedded/{shown['access_token']}").text
    data = embedded_data(page)
    assert (data["type"], data["noHeader"], "legend" in data) == ("embed", True, False)
    assert "<header>" not in page


@pytest.mark.parametrize("path", ["/shared/{}", "/shared/{}.json", "/embedded/{}"])
def test_a_link_that_leads_nowhere_is_a_404_page(running: Running, path: str) -> None:
    sharing, shown = share(running)
    running.http.patch(sharing, json={"enabled": False})
    for token in (shown["access_token"], "x" * 30):
        answer = running.anonymous.get(path.format(token))
        assert answer.status_code == 404
        assert "Page not found" in answer.text


def test_a_link_to_a_deleted_insight_is_a_404_page(running: Running) -> None:
    path, shown = share(running)
    running.http.patch(path.removesuffix("/sharing"), json={"deleted": True})
    assert running.anonymous.get(f"/shared/{shown['access_token']}").status_code == 404


def test_whitelabel_needs_a_feature_of_the_plan(start: StartServer) -> None:
    running = start()
    allow(running, "white_labelling")
    _, shown = share(running, settings={"whitelabel": True})
    link = f"/shared/{shown['access_token']}"
    assert running.anonymous.get(f"{link}.json").json()["whitelabel"] is True
    assert "<footer>" not in running.anonymous.get(link).text
    allow(running, "access_control")
    assert "whitelabel" not in running.anonymous.get(f"{link}.json").json()
    assert "<footer>" in running.anonymous.get(link).text


def test_extra_details_can_be_left_out(running: Running) -> None:
    _, shown = share(running, settings={"hideExtraDetails": True})
    insight = running.anonymous.get(f"/shared/{shown['access_token']}.json").json()["insight"]
    hidden = {"created_by", "last_modified_by", "created_at", "last_modified_at", "alerts"}
    assert not hidden & set(insight)
    assert "updated_at" in insight


def test_a_dashboard_is_shown_with_its_tiles(running: Running) -> None:
    board = running.http.post(f"{running.url}/dashboards", json={"name": "Board"}).json()
    running.create(name="Views", dashboards=[board["id"]])
    path = f"{running.url}/dashboards/{board['id']}"
    running.http.patch(path, json={"tiles": [{"text": {"body": "Read <this>"}}]})
    token = running.http.patch(f"{path}/sharing", json={"enabled": True}).json()["access_token"]
    data = running.anonymous.get(f"/shared/{token}.json?refresh=blocking").json()
    shown = [tile["insight"]["name"] for tile in data["dashboard"]["tiles"] if tile["insight"]]
    assert shown == ["Views"]
    page = running.anonymous.get(f"/shared/{token}").text
    assert "<h2>Views</h2>" in page
    assert "Read &lt;this&gt;" in page


def test_a_view_is_recorded_for_nobody(running: Running) -> None:
    path, shown = share(running)
    running.anonymous.get(f"/shared/{shown['access_token']}")
    insight_id = int(path.split("/")[-2])
    views = running.store.views.find("insight", insight_id)
    assert None in [view["user_id"] for view in views]


def test_a_locked_link_shows_nothing_but_the_form(running: Running) -> None:
    _, token = locked(running)
    page = running.anonymous.get(f"/shared/{token}").text
    assert '<input type="password"' in page
    assert "Shared" not in page
    assert embedded_data(page)["type"] == "unlock"
    assert running.anonymous.get(f"/shared/{token}.json").json() == {"type": "unlock", "accessToken": token}


def test_the_right_password_opens_a_link_by_bearer_and_by_cookie(running: Running) -> None:
    _, token = locked(running)
    answer = unlock(running, token)
    assert answer.status_code == 200
    bearer = answer.json()["shareToken"]
    cookie = answer.headers["set-cookie"]
    assert f"posthog_sharing_token={bearer}" in cookie
    assert f"Path=/shared/{token}" in cookie
    assert "Max-Age=86400" in cookie
    assert "HttpOnly" in cookie
    plain = running.client()
    opened = plain.get(f"/shared/{token}.json", headers={"Authorization": f"Bearer {bearer}"})
    assert opened.json()["insight"]["name"] == "Shared"
    by_cookie = running.client(Cookie=f"posthog_sharing_token={bearer}").get(f"/shared/{token}")
    assert "<h1>Shared</h1>" in by_cookie.text
    assert embedded_data(by_cookie.text)["shareToken"] == bearer


def test_a_form_opens_the_page_at_once(running: Running) -> None:
    _, token = locked(running)
    answer = running.client(Accept="text/html").post(f"/shared/{token}", data={"password": PASSWORD})
    assert answer.status_code == 200
    assert "<h1>Shared</h1>" in answer.text


def test_a_form_with_a_wrong_password_is_shown_again(running: Running) -> None:
    _, token = locked(running)
    answer = running.client(Accept="text/html").post(f"/shared/{token}", data={"password": "wrong"})
    assert answer.status_code == 401
    assert '<p role="alert">Incorrect password</p>' in answer.text


def test_a_wrong_password_is_401_and_logged(running: Running) -> None:
    path, token = locked(running)
    answer = unlock(running, token, "wrong")
    assert (answer.status_code, answer.json()) == (401, {"error": "Incorrect password"})
    unlock(running, token)
    right, wrong = running.http.get(path.replace("sharing", "activity")).json()["results"][:2]
    assert (right["activity"], wrong["activity"]) == ("share_login_success", "share_login_failed")
    assert right["user"]["first_name"] == "System"
    change = right["detail"]["changes"][0]
    assert change["field"] == "authentication_attempt"
    assert change["after"]["access_token_suffix"] == token[-6:]
    assert (change["after"]["success"], change["after"]["password_note"]) == (True, "Board")
    assert "password_id" not in wrong["detail"]["changes"][0]["after"]


def test_an_unlocked_link_stays_open_for_a_day(start: StartServer) -> None:
    running = start()
    _, token = locked(running)
    header = {"Authorization": f"Bearer {unlock(running, token).json()['shareToken']}"}
    plain = running.client()
    running.clock.advance(86_399)
    assert "insight" in plain.get(f"/shared/{token}.json", headers=header).json()
    running.clock.advance(1)
    assert plain.get(f"/shared/{token}.json", headers=header).json()["type"] == "unlock"


def test_deleting_a_password_closes_what_it_has_opened(running: Running) -> None:
    path, token = locked(running)
    header = {"Authorization": f"Bearer {unlock(running, token).json()['shareToken']}"}
    password_id = running.http.get(path).json()["share_passwords"][0]["id"]
    running.http.delete(f"{path}/passwords/{password_id}")
    assert running.client().get(f"/shared/{token}.json", headers=header).json()["type"] == "unlock"


def test_a_token_of_another_link_opens_nothing(running: Running) -> None:
    _, one = locked(running)
    path, other = locked(running)
    foreign = unlock(running, one).json()["shareToken"]
    for text in (foreign, "not.a.token", "x"):
        header = {"Authorization": f"Bearer {text}"}
        assert running.client().get(f"/shared/{other}.json", headers=header).json()["type"] == "unlock"
    running.http.post(f"{path}/refresh")
    header = {"Authorization": f"Bearer {foreign}"}
    assert running.client().get(f"/shared/{other}.json", headers=header).json()["type"] == "unlock"


def test_what_was_unlocked_stays_open_while_the_old_link_lasts(start: StartServer) -> None:
    running = start()
    path, token = locked(running)
    header = {"Authorization": f"Bearer {unlock(running, token).json()['shareToken']}"}
    new = running.http.post(f"{path}/refresh").json()["access_token"]
    plain = running.client()
    assert "insight" in plain.get(f"/shared/{token}.json", headers=header).json()
    assert plain.get(f"/shared/{new}.json", headers=header).json()["type"] == "unlock"
    running.clock.advance(300)
    assert plain.get(f"/shared/{token}.json", headers=header).status_code == 404


@pytest.mark.parametrize(("profile", "status"), [("docs", 200), ("current", 429)])
def test_ten_wrong_passwords_a_minute_are_enough(start: StartServer, profile: str, status: int) -> None:
    running = start(profile=profile)
    _, token = locked(running)
    for _ in range(10):
        assert unlock(running, token, "wrong").status_code == 401
    assert unlock(running, token).status_code == status
    running.clock.advance(60)
    assert unlock(running, token).status_code == 200


def test_a_link_without_a_password_answers_its_page_to_a_post(running: Running) -> None:
    _, shown = share(running)
    answer = running.anonymous.post(f"/shared/{shown['access_token']}", json={"password": "any"})
    assert "<h1>Shared</h1>" in answer.text


def test_a_frame_is_unlocked_as_a_page_is(running: Running) -> None:
    _, token = locked(running)
    answer = running.anonymous.post(f"/embedded/{token}", json={"password": PASSWORD})
    assert (answer.status_code, "shareToken" in answer.json()) == (200, True)


def test_a_password_for_a_link_that_leads_nowhere_is_a_404_page(running: Running) -> None:
    assert running.anonymous.post("/shared/nowhere", json={"password": PASSWORD}).status_code == 404


def test_a_link_without_any_password_left_refuses_every_password(running: Running) -> None:
    allow(running)
    _, shown = share(running, password_required=True)
    assert unlock(running, shown["access_token"]).status_code == 401


def test_a_page_stands_though_its_query_fails(docs: Running) -> None:
    query = {
        "kind": "DataVisualizationNode",
        "source": {"kind": "HogQLQuery", "query": "select nothing_like"},
    }
    path = f"{docs.insights}/{docs.create(name='Broken', query=query)['id']}/sharing"
    token = docs.http.patch(path, json={"enabled": True}).json()["access_token"]
    answer = docs.anonymous.get(f"/shared/{token}.json?refresh=blocking")
    assert (answer.status_code, answer.json()["insight"]["result"]) == (200, None)
