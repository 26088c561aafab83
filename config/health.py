"""Is this process alive, and is the house ready to work: /livez and /readyz."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from config.outage import mend_connections


@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"status": "alive"})


_current = False  # whether this process has seen a schema that is its code's; schemas only go forward


def _unapplied() -> list[str]:
    """Migrations of this code that the database lacks; asked until there are none."""
    global _current
    if _current:
        return []
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    _current = not plan
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its schema is the code's; 503 with the reason otherwise."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        behind = _unapplied()
    except DatabaseError as error:
        mend_connections()
        return JsonResponse({"status": "unavailable", "database": str(error).splitlines()[0]}, status=503)
    if behind:
        return JsonResponse({"status": "unavailable", "unapplied": behind}, status=503)
    return JsonResponse({"status": "ready"})
