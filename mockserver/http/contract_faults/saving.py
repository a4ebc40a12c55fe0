"""Saves that keep less, more, or something else than what was sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from .edits import CREATE, LIST, RETRIEVE, UPDATE, sending, without_field
from .model import Asked, ContractFault
from .stored import afterwards, for_a_while, insight, insight_id, keep_insight, newest_insight, put_back

if TYPE_CHECKING:
    from ...services import Services
    from ...store.documents import InsightDocument

Body = Mapping[str, Any]


def _fault(name: str, description: str, rule: str, **parts: object) -> ContractFault:
    parts.setdefault("operations", UPDATE)
    return ContractFault(name, "state", description, rule, **parts)  # type: ignore[arg-type]


def _after_save(name: str, description: str, rule: str, change: Any) -> ContractFault:
    return _fault(name, description, rule, before=keep_insight, after=afterwards(change))


def _cut_texts(body: dict[str, Any]) -> None:
    for field in ("name", "description", "derived_name"):
        if isinstance(body.get(field), str):
            body[field] = body[field][:400]


def _forget_description(body: dict[str, Any]) -> None:
    body.setdefault("description", None)


def _restores_by_text(body: dict[str, Any]) -> None:
    if body.get("deleted") == "false":
        body["deleted"] = False


def _restores_never(body: dict[str, Any]) -> None:
    if body.get("deleted") is False:
        del body["deleted"]


def _known_boards(body: dict[str, Any]) -> None:
    if isinstance(body.get("dashboards"), list):
        body["dashboards"] = [one for one in body["dashboards"] if isinstance(one, int) and one < 10**9]


def _reads_maybe_as_false(body: dict[str, Any]) -> None:
    if body.get("favorited") == "maybe":
        body["favorited"] = False


def _takes_short_id(_: InsightDocument, now: InsightDocument, body: Body) -> Body:
    wanted = body.get("short_id")
    return {"short_id": wanted} if isinstance(wanted, str) and wanted != now["short_id"] else {}


def _adds_tags(held: InsightDocument, now: InsightDocument, body: Body) -> Body:
    return {"tags": sorted({*held["tags"], *now["tags"]})} if "tags" in body else {}


def _keeps_tags_raw(_: InsightDocument, __: InsightDocument, body: Body) -> Body:
    return {"tags": list(body["tags"])} if isinstance(body.get("tags"), list) else {}


def _favours_are_edits(_: InsightDocument, now: InsightDocument, body: Body) -> Body:
    return {"last_modified_at": now["updated_at"]} if "favorited" in body else {}


def _edits_do_not_count(held: InsightDocument, _: InsightDocument, __: Body) -> Body:
    return {"last_modified_at": held["last_modified_at"]}


def _saves_do_not_count(held: InsightDocument, _: InsightDocument, __: Body) -> Body:
    return {"updated_at": held["updated_at"]}


def _queries_are_merged(held: InsightDocument, now: InsightDocument, body: Body) -> Body:
    old, new = held["query"], now["query"]
    if "query" not in body or not isinstance(old, dict) or not isinstance(new, dict):
        return {}
    sources = (old.get("source"), new.get("source"))
    if not all(isinstance(one, dict) for one in sources):
        return {}
    return {"query": {**new, "source": {**sources[0], **sources[1]}}}  # type: ignore[dict-item]


def _undelete(services: Services, asked: Asked) -> Iterator[tuple[str, int, dict[str, object]]]:
    found = insight(services, asked)
    if found is not None and found["deleted"]:
        yield "insights", found["id"], {"deleted": False}


def _undelete_all(services: Services, asked: Asked) -> Iterator[tuple[str, int, dict[str, object]]]:
    for found in services.store.insights.find("project", asked.project_id):
        if found["deleted"]:
            yield "insights", found["id"], {"deleted": False}


def _live_tiles(services: Services, asked: Asked) -> list[int]:
    number = insight_id(asked)
    found = services.store.tiles.find("insight", number) if number is not None else []
    return [tile["id"] for tile in found if not tile["deleted"]]


def _bring_tiles_back(services: Services, asked: Asked, held: list[int]) -> None:
    if isinstance(asked.body, dict) and "dashboards" in asked.body:
        for number in held:
            services.store.tiles.amend(number, {"deleted": False})


def _forget_dead_tiles(services: Services, asked: Asked) -> None:
    number = insight_id(asked)
    for tile in services.store.tiles.find("insight", number) if number is not None else []:
        if tile["deleted"]:
            services.store.tiles.drop(tile["id"])


def _delete_the_next_too(services: Services, asked: Asked, _: object) -> None:
    number = insight_id(asked)
    if isinstance(asked.body, dict) and asked.body.get("deleted") is True and number is not None:
        neighbour = services.store.insights.fetch(number + 1)
        if neighbour is not None and neighbour["project_id"] == asked.project_id:
            services.store.insights.amend(number + 1, {"deleted": True})


def _last_id(services: Services, asked: Asked) -> int:
    return max(services.store.insights.find_ids("project", asked.project_id), default=0)


def _name_it(services: Services, asked: Asked, held: int) -> None:
    made = newest_insight(services, asked)
    if made is not None and made["id"] > held and made["derived_name"] is None:
        services.store.insights.amend(made["id"], {"derived_name": "Pageview count"})


def _forget_order(services: Services, asked: Asked, held: int) -> None:
    made = newest_insight(services, asked)
    if made is not None and made["id"] > held:
        services.store.insights.amend(made["id"], {"favorited": False})


FAULTS: Final = (
    _fault(
        "texts_are_cut",
        "Long texts are cut to 400.",
        "Texts over 400 are refused.",
        operations=CREATE | UPDATE,
        on_request=sending(_cut_texts),
    ),
    _fault(
        "description_is_dropped",
        "`description` is not kept.",
        "Every writable field is kept.",
        operations=CREATE | UPDATE,
        on_request=without_field("description"),
    ),
    _fault(
        "order_is_dropped",
        "`order` is not kept.",
        "Every writable field is kept.",
        operations=CREATE | UPDATE,
        on_request=without_field("order"),
    ),
    _fault(
        "update_forgets",
        "An update empties what it leaves out.",
        "PATCH changes what it names.",
        on_request=sending(_forget_description),
    ),
    _fault(
        "text_false_restores",
        'The text "false" restores.',
        "Only JSON false restores.",
        on_request=sending(_restores_by_text),
    ),
    _fault(
        "restore_is_impossible",
        "`deleted: false` is not read.",
        "It restores.",
        on_request=sending(_restores_never),
    ),
    _fault(
        "unknown_dashboards_ignored",
        "Unknown dashboards are left out.",
        "They are refused.",
        operations=CREATE | UPDATE,
        on_request=sending(_known_boards),
    ),
    _fault(
        "maybe_is_no",
        "Any text is a boolean.",
        "A wrong boolean is refused.",
        operations=CREATE | UPDATE,
        on_request=sending(_reads_maybe_as_false),
    ),
    _after_save(
        "short_id_is_writable", "A client may choose the short id.", "The server assigns it.", _takes_short_id
    ),
    _after_save("tags_are_added", "New tags are added to the old ones.", "They replace them.", _adds_tags),
    _after_save(
        "tags_are_kept_raw", "Tags are kept as sent.", "They are stripped and lower-cased.", _keeps_tags_raw
    ),
    _after_save(
        "favours_are_edits", "Favouring moves `last_modified_at`.", "Only edits move it.", _favours_are_edits
    ),
    _after_save(
        "edits_do_not_count", "`last_modified_at` never moves.", "Edits move it.", _edits_do_not_count
    ),
    _after_save(
        "saves_do_not_count", "`updated_at` never moves.", "Every save moves it.", _saves_do_not_count
    ),
    _after_save(
        "queries_are_merged", "A new query is merged into the old.", "It replaces it.", _queries_are_merged
    ),
    _fault(
        "deleted_is_readable",
        "A deleted insight is found.",
        "It is 404.",
        operations=RETRIEVE,
        before=for_a_while(_undelete),
        after=put_back,
    ),
    _fault(
        "deleted_is_listed",
        "A deleted insight is listed.",
        "It is not.",
        operations=LIST,
        before=for_a_while(_undelete_all),
        after=put_back,
    ),
    _fault(
        "deleting_takes_the_next", "Deleting one deletes two.", "It deletes one.", after=_delete_the_next_too
    ),
    _fault(
        "dashboards_are_added",
        "Dashboards are added to the old ones.",
        "They replace them.",
        before=_live_tiles,
        after=_bring_tiles_back,
    ),
    _fault(
        "tiles_are_never_revived",
        "Putting back makes a new tile.",
        "The same tile comes back.",
        before=_forget_dead_tiles,
    ),
    _fault(
        "derived_name_is_made_up",
        "The server makes up a derived name.",
        "It only keeps one.",
        operations=CREATE,
        before=_last_id,
        after=_name_it,
    ),
    _fault(
        "favourites_not_on_create",
        "`favorited` is lost on create.",
        "Every writable field is kept.",
        operations=CREATE,
        before=_last_id,
        after=_forget_order,
    ),
    _fault(
        "put_is_lost",
        "PUT is answered, then forgotten.",
        "PUT updates like PATCH.",
        operations=frozenset(("insights_update",)),
        before=keep_insight,
        after=lambda services, _, held: services.store.insights.apply(held["id"], held) if held else None,
    ),
)
