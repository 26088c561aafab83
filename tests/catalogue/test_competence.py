"""Who is competent in the city: the register of devolved powers resolved, town by town and day by day."""

from datetime import date

import pytest

from tongban.catalogue import queries, shipped
from tongban.catalogue.models import Implementation, TownPower
from tongban.catalogue.queries import lists
from tongban.catalogue.rules.guide import Kind

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 3)
JIUXIANG = "511823101"  # 汉源县九襄镇
ITEM = "000120107003"  # 兽药经营许可（新办）: stays with the counties
GUIDES = {guide.base_code: guide for guide in shipped.guides()}


def test_every_devolved_item_is_run_by_every_town_and_none_is_without_its_power():
    """M27: 28 approvals and 138 services, in 96 towns."""
    codes = [row.item for row in lists.devolved()]
    assert sum(GUIDES[code].kind is Kind.LICENCE for code in codes) == 28
    assert len(codes) == 28 + 138
    run = Implementation.objects.filter(item__base_code__in=codes, level="town").count()
    held = TownPower.objects.filter(queries.in_force(DAY)).count()
    assert (run, held) == (166 * 96, 166 * 96)
