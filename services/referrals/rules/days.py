"""Legal days: what a person may state, and what may not lie before what."""

from datetime import date

from shared.problems import DateOutOfOrder


def stated(said: date | None, today: date) -> date:
    """The legal date of an act: as stated, else today; never a day to come."""
    if said is not None and said > today:
        raise DateOutOfOrder(said=said.isoformat(), latest=today.isoformat())
    return said or today


def period(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """From when to when is counted: as asked, else from the year's first day until today; never backwards."""
    end = until or today
    begin = since or end.replace(month=1, day=1)
    if end < begin:
        raise DateOutOfOrder(said=end.isoformat(), earliest=begin.isoformat())
    return begin, end


def not_before(on: date, *bases: date | None) -> None:
    """Refuses a day before any of the days it rests on."""
    late = [basis for basis in bases if basis is not None and on < basis]
    if late:
        raise DateOutOfOrder(said=on.isoformat(), earliest=max(late).isoformat())
