"""What the parts of the walk share: the matter so far, the days of the story, and how a step is told."""

from datetime import timedelta
from typing import Any

from services.demo.api import Api, Json, Off
from services.demo.people import Person
from shared import clock

DAYS_BACK = 75
LATE = "entered later from the paper file 依据纸质卷宗补录"


class Story:
    """One matter's story; each step says who did what, on which article, and what came of it."""

    def __init__(self, api: Api, receiver: str | None) -> None:
        self.api = api
        self.receiver = receiver
        self.count = 0
        self.lead: Json = {}
        self.case: Json = {}
        self.supervision: Json = {}
        self.suggestion: Json = {}
        self.served: Json = {}
        self.list: Json = {}
        self.handoffs: list[Json] = []
        self._first_day = clock.today() - timedelta(days=DAYS_BACK)

    def say(self, who: Person | str, what: str, *came_of_it: str) -> None:
        """One step of the story."""
        self.count += 1
        name = who if isinstance(who, str) else who.title
        print(f"\n{self.count:>2}. {name}: {what}", flush=True)
        for line in came_of_it:
            print(f"      {line}", flush=True)

    def day(self, number: int) -> str:
        """That day of the story, as a legal date."""
        return (self._first_day + timedelta(days=number)).isoformat()

    def dated(self, number: int, **body: Any) -> Json:
        """The body of an act in `cases` that happened on that day and is entered now."""
        return body | {"occurred_on": self.day(number), "late_reason": LATE}

    @property
    def case_path(self) -> str:
        """Where the case is."""
        return f"/cases/v1/cases/{self.case['id']}"

    async def handoff(self, who: Person, kind: str) -> Json:
        """The handoff of that kind that followed from an act in this case."""

        async def look() -> Json | None:
            parameters = {"matter_id": self.case["id"], "kind": kind}
            found = await self.api.get(who, "/referrals/v1/handoffs", **parameters)
            return found["items"][0] if found["items"] else None

        return await self.api.until(f"a handoff of kind {kind}", look)

    async def clock(self, who: Person, row: str, state: str | None = None) -> Json:
        """The case's newest clock of that row, once it stands like that."""

        async def look() -> Json | None:
            found = await self.api.get(who, f"{self.case_path}/clocks", limit=200)
            rows = [each for each in found["items"] if each["row"] == row]
            return rows[-1] if rows and (state is None or rows[-1]["state"] == state) else None

        return await self.api.until(f"clock {row} {state or 'runs'}", look)

    @staticmethod
    def told(clock: Json) -> str:
        """A clock in one line."""
        kind = "statutory" if clock["statutory"] else "internal"
        met = f", met on {clock['met_on']}" if clock["met_on"] else ""
        row = f"{clock['row']} ({clock['article']}, {kind})"
        return f"{row}: from {clock['basis_on']}, last day {clock['due_on']}{met}"

    async def approved(self, office: dict[str, Person], proposal: Json, day: int) -> Json:
        """The proposal after the department head's review and the chief's approval."""
        path = f"/cases/v1/proposals/{proposal['id']}"
        await self.api.act(office["head"], path, "review", self.dated(day, agrees=True, opinion="同意"))
        return await self.api.act(office["chief"], path, "decision", self.dated(day, approved=True))


def expect(true: bool, otherwise: str) -> None:
    """Off, if it is not so."""
    if not true:
        raise Off(otherwise)


def article(thing: Json) -> str:
    """How an article is shown: with its mark when the reading is not verified text."""
    mark = thing.get("mark", "verified")
    return f"{thing['article']}" if mark == "verified" else f"{thing['article']}, {mark.replace('_', ' ')}"
