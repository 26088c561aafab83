"""Is this process alive, and is the house ready to work: /livez and /readyz."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache


@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """200 while the process answers."""
    return JsonResponse({"status": "alive"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers and its schema is the code's; 503 with the reason otherwise."""
    try:
        executor = MigrationExecutor(connection)
        behind = [
            f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
        ]
    except DatabaseError as error:
        return JsonResponse({"status": "unavailable", "database": str(error).splitlines()[0]}, status=503)
    if behind:
        return JsonResponse({"status": "unavailable", "unapplied": behind}, status=503)
    return JsonResponse({"status": "ready"})
