"""Refreshing: from an insight or a query and a mode to a result, by the cache, a run or a job."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from ..errors import ApiError, api_error
from ..resources.context import Context, Overrides, ResultFields
from ..resources.dashboard_filters import apply as apply_overrides
from ..resources.insight_queries import effective_query
from ..store import JSON, JSONObject, Store, from_stored, to_wire, wire
from ..store.documents import CachedResultDocument, InsightDocument, JobDocument
from .cache_key import cache_key, source_of
from .calculator import Calculator
from .job_board import JobBoard
from .jobs import FAILED_MESSAGE, NEWEST, State, query_status
from .modes import OUTCOMES, Action, Freshness, Mode, for_insight, for_shared, is_recognised, parse_refresh
from .progress import progress
from .results import RunFailure, keep_result, response_fields
from .staleness import freshness, next_allowed, target_age

SHOWN: Final = frozenset((State.QUEUED, State.RUNNING, State.ERROR))


# PostHog: a shared link serves a result younger than this rather than calculate
SHARED_AGE: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Question:
    """A query to be answered: its source, its key, and whose it is."""

    source: JSONObject
    key: str
    variables: JSONObject | None = None
    insight_id: int | None = None
    dashboard_id: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a question: a cached or fresh result, a job, or neither.

    `bare` is the answer to `force_async`: PostHog gives the job alone then, not even the cache key.
    """

    cached: CachedResultDocument | None = None
    is_cached: bool = False
    job: JobDocument | None = None
    bare: bool = False


class RefreshService:
    """The seven modes over the result cache and the job board."""

    def __init__(self, store: Store, calculator: Calculator, board: JobBoard) -> None:
        self._store = store
        self._calculator = calculator
        self.board = board

    @property
    def calculator(self) -> Calculator:
        """The runs behind the cache."""
        return self._calculator

    def for_insight(
        self,
        context: Context,
        insight: InsightDocument,
        requested: JSON,
        overrides: Overrides | None = None,
        *,
        client_query_id: str | None = None,
        shared: bool = False,
        among_others: bool = False,
    ) -> ResultFields:
        """What an insight shows of its result when asked with `requested` as its refresh parameter.

        Raises ApiError for a query that fails, in the profile where PostHog answers 400 for it; but not for
        one among others of a list, which must not fail for it.
        """
        question = self.question_of(context, insight, overrides)
        zone = context.project["timezone"] if is_recognised(requested) or shared else None
        if question is None:
            return ResultFields(timezone=zone)
        mode = for_shared(requested) if shared else for_insight(parse_refresh(requested))
        try:
            reply = self.answer(context, question, mode, shared=shared)
        except RunFailure as failure:
            if context.profile.failing_query_is_400 and not among_others:
                raise failure.as_api_error() from failure
            return self._failed(context, failure, client_query_id)
        return self._fields(context, question, reply, zone)

    def question_of(
        self, context: Context, insight: InsightDocument, overrides: Overrides | None = None
    ) -> Question | None:
        """The query of an insight with all overrides laid over it; None where it has none."""
        query = effective_query(context, insight)
        if query is not None and overrides is not None:
            query = apply_overrides(query, overrides, context.profile)
        source = source_of(query)
        if source is None:
            return None
        return Question(
            source,
            cache_key(source, context.project),
            insight_id=insight["id"],
            dashboard_id=overrides.dashboard_id if overrides else None,
        )

    def cached_result(self, context: Context, question: Question) -> CachedResultDocument | None:
        """The result that is cached for a question, if any."""
        return self._store.cached_results.find_one("key", (context.project_id, question.key))

    def freshness_of(self, context: Context, question: Question) -> Freshness:
        """How old the cached result is."""
        return freshness(self.cached_result(context, question), context.now)

    def new_query_id(self, context: Context) -> str:
        """An id for a query whose client gave none."""
        number = self._store.jobs.last_id + 1
        return context.random.stream(f"jobs/{number}/query_id").uuid()

    def answer(
        self,
        context: Context,
        question: Question,
        mode: Mode,
        *,
        shared: bool = False,
        query_id: str | None = None,
    ) -> Reply:
        """Do what the outcome table says for `mode`; raises RunFailure when a run fails.

        `query_id` names the job if one is queued; insights leave it out and share the job of their key.
        """
        self.settle(context, question.key)
        cached = self.cached_result(context, question)
        action = OUTCOMES[mode][freshness(cached, context.now)]
        if shared and cached is not None and action is not Action.SERVE and self._is_recent(context, cached):
            action = Action.SERVE
        if action is Action.COMPUTE:
            self._fail_on_purpose(context, question)
            return Reply(self.compute(context, question, context.now))
        if action is Action.MISS:
            return Reply(job=self.board.running(context, question.key))
        if action is Action.SERVE:
            return Reply(cached, is_cached=True)
        job = self.board.queue(
            context,
            question.source,
            question.key,
            question.insight_id,
            question.dashboard_id,
            query_id=query_id,
        )
        if self.board.look(context, job).state is State.COMPLETE:
            job = self.settle_job(context, job)
            if self.board.look(context, job).state is State.COMPLETE:
                return Reply(self.cached_result(context, question), is_cached=False, job=None)
        if action is Action.QUEUE:
            return Reply(job=job, bare=mode is Mode.FORCE_ASYNC)
        return Reply(cached, is_cached=True, job=job)

    def _fail_on_purpose(self, context: Context, question: Question) -> None:
        """Raise RunFailure where the refresh policy in force says that runs fail."""
        policy = self.board.policy_of(context, question.insight_id)
        if policy.outcome == "error":
            raise RunFailure(policy.error_message or FAILED_MESSAGE, policy.error_code, None)

    def _is_recent(self, context: Context, cached: CachedResultDocument) -> bool:
        age = context.now - from_stored(cached["last_refresh"])
        return age < SHARED_AGE

    def compute(self, context: Context, question: Question, moment: datetime) -> CachedResultDocument:
        """Run a query as of `moment` and cache what it gives; raises RunFailure."""
        return keep_result(
            self._store,
            self._calculator,
            project=context.project,
            source=question.source,
            key=question.key,
            moment=moment,
            variables=question.variables,
        )

    def settle(self, context: Context, key: str) -> None:
        """Give every job of this key that has come to its end by now its result."""
        for job in self._store.jobs.find("cache_key", (context.project_id, key)):
            self.settle_job(context, job)

    def settle_job(self, context: Context, job: JobDocument) -> JobDocument:
        """Compute the result of a job that has come to its end, once; a run that fails fails the job."""
        seen = self.board.look(context, job)
        if job["result_key"] is not None or seen.state is not State.COMPLETE or seen.end is None:
            return job
        try:
            self.compute(context, Question(job["query"], job["cache_key"]), seen.end)
        except RunFailure as failure:
            return self.board.fail(job, failure.detail, failure.code, seen.end)
        return self._store.jobs.amend(job["id"], {"result_key": job["cache_key"]})

    def status_of(self, context: Context, job: JobDocument, *, show_progress: bool = False) -> JSONObject:
        """The `query_status` object of a job, with its results where it is complete."""
        seen = self.board.look(context, job)
        results: JSON = None
        if seen.state is State.COMPLETE:
            cached = self._store.cached_results.find_one("key", (context.project_id, job["cache_key"]))
            results = response_fields(cached, is_cached=True) if cached else None
        return query_status(
            job,
            seen,
            results=results,
            progress=progress(job, seen) if show_progress else None,
            newest=context.profile.has_error_code,
        )

    def has_work(self) -> bool:
        """Whether some job may have come to its end without its result having been computed."""
        return self.board.has_open_jobs()

    def _fields(self, context: Context, question: Question, reply: Reply, zone: str | None) -> ResultFields:
        status = None
        if reply.job is not None and self.board.look(context, reply.job).state in SHOWN:
            status = self.status_of(context, reply.job)
        cached = reply.cached
        if cached is None:
            key = None if reply.bare else question.key
            return ResultFields(timezone=zone, query_status=status, cache_key=key)
        response = cached["response"]
        target = target_age(cached)
        resolved = response.get("resolved_date_range") if context.profile.has_resolved_date_range else None
        return ResultFields(
            result=response.get("results"),
            last_refresh=to_wire(cached["last_refresh"]),
            cache_target_age=wire(target) if target else None,
            next_allowed_client_refresh=wire(next_allowed(cached, str(question.source.get("kind")))),
            has_more=cast("bool | None", response.get("hasMore")),
            columns=cast("list[str] | None", response.get("columns")),
            timezone=zone or cast("str", response.get("timezone")),
            is_cached=reply.is_cached,
            query_status=status,
            hogql=cast("str | None", response.get("hogql")),
            types=cast("list[JSON] | None", response.get("types")),
            resolved_date_range=cast("JSONObject | None", resolved),
            cache_key=cached["key"],
        )

    def _failed(self, context: Context, failure: RunFailure, client_query_id: str | None) -> ResultFields:
        status: JSONObject = {
            "id": client_query_id or "",
            "team_id": context.project_id,
            "insight_id": None,
            "dashboard_id": None,
            "query_async": True,
            "error": True,
            "error_message": failure.detail,
            "complete": False,
            "start_time": None,
            "pickup_time": None,
            "end_time": None,
            "expiration_time": None,
            "task_id": None,
            "results": None,
            "query_progress": None,
            "labels": None,
        }
        if context.profile.has_error_code:
            status |= {"error_code": failure.code, **dict.fromkeys(NEWEST)}
        return ResultFields(timezone=context.project["timezone"], query_status=status)


def not_found(query_id: str, project_id: int) -> ApiError:
    """The answer for a query status that is not there."""
    return api_error("query_status_not_found", id=query_id, project_id=project_id)
