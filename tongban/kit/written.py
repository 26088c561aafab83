"""Reads of the busiest pages: what to select is compiled once, which rows is written by hand.

Building the same SQL anew for every page costs several times what PostgreSQL needs to answer it.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=Model)


class Written(Generic[M]):
    """The rows of `selected` (which columns, which rows beside them) under a condition in SQL.

    `selected` gives a queryset without filter and order; `where` is all that follows its joins, with
    named parameters. A call sends one statement.
    """

    def __init__(self, selected: Callable[[], QuerySet[M]], where: str) -> None:
        self._selected, self._where = selected, where

    def __call__(self, **params: object) -> list[M]:
        asked: Any = _Asked(*self._compiled, params)
        return list(ModelIterable(asked))

    def first(self, **params: object) -> M | None:
        """The first row, or None."""
        return next(iter(self(**params)), None)

    @cached_property
    def _compiled(self) -> tuple[Any, Mapping, str]:
        """Django's compiler after it has chosen columns and joins, its converters, and the statement."""
        compiler = self._selected().order_by().query.get_compiler(connection=connection)
        text, params = compiler.as_sql()
        assert not params, "a written read has its conditions in `where`"
        converters = compiler.get_converters([column for column, _, _ in compiler.select])
        return compiler, converters, f"{text.replace('%', '%%')} {self._where}"


class _Asked:
    """What `ModelIterable` wants of a queryset, its query and its compiler, for one asking."""

    db = "default"
    _known_related_objects: Mapping = {}

    def __init__(self, compiler: Any, converters: Mapping, statement: str, params: Mapping) -> None:
        self.select, self.klass_info = compiler.select, compiler.klass_info
        self.annotation_col_map = compiler.annotation_col_map
        self._convert = compiler.apply_converters
        self._converters, self._statement, self._params = converters, statement, params
        self.query = self

    def get_compiler(self, using: str) -> "_Asked":
        return self

    def execute_sql(self, **_: object) -> list[list[tuple]]:
        with connection.cursor() as cursor:
            cursor.execute(self._statement, self._params)
            return [cursor.fetchall()]

    def results_iter(self, results: list[list[tuple]]) -> Iterable:
        rows = chain.from_iterable(results)
        return self._convert(rows, self._converters) if self._converters else rows
