"""Time of a search in the city's whole catalogue: every item with nine local versions beside its standard."""

import statistics
from datetime import UTC, datetime

from bench import house, pages

LOCAL = 9  # local versions of an item
WANTED = 30  # ms
WORDS = (
    "医保",
    "食品经营许可",
    "给娃娃上户口怎么办",
    "居住证申令",
    "spjyxk",
    "food business licence",
    "zzzzqq",
)

_LOCAL = """
insert into catalogue_itemversion (item_id, implementation_id, standard_id, number, guide, overrides, digest,
    status, effective_from, created_at, created_by, published_at, published_by)
select v.item_id, p.id, v.id, 1, v.guide, '{}', v.digest, v.status, v.effective_from, v.created_at, 'bench', v.published_at, 'bench'
from catalogue_itemversion v
join (select id, item_id, row_number() over (partition by item_id order by id) as nth from catalogue_implementation) p
    on p.item_id = v.item_id and p.nth <= %s
where v.implementation_id is null
"""


def main() -> None:
    with house.city(at=datetime.now(UTC)):
        print(f"{_grow():,} local versions beside the standard ones")
        print(house.load())
        print(f"{'ms, min / median / max of ' + str(pages.RUNS):>62}   CPU  statements")
        slow = []
        for words, ask in _asked():
            times, busy = pages.milliseconds(ask)
            told = f"{words:<36}{house.spread(times, '.1f'):>26} {busy:>5.1f}  {pages.statements(ask)}"
            print(told, flush=True)
            if statistics.median(times) > WANTED:
                slow.append(words)
        print(f"over {WANTED} ms: {'; '.join(slow) or 'none'}")


def _grow() -> int:
    """As many local versions of every item as it has places, nine at most; how many were made."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_LOCAL, [LOCAL])
        made = cursor.rowcount
        cursor.execute("analyze catalogue_itemversion")
    return made


def _asked() -> list[tuple[str, pages.Callable[[], None]]]:
    """The search itself, and the page and the API that show its results."""
    from django.test import Client

    from tongban.catalogue import queries

    client = Client(SERVER_NAME="127.0.0.1")

    def get(words: str) -> None:
        assert client.get("/search/", {"q": words}).status_code == 200

    found = [(f"search: {words}", lambda words=words: queries.search(words)) for words in WORDS]
    return found + [(f"page: {words}", lambda words=words: get(words)) for words in WORDS]
