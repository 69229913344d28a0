"""For machines that watch: alive, and ready to serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from studium.lib import triggers


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """200 while the process answers; asks nothing of the database."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated, and holds the triggers of the list; else 503."""
    problems = _problems()
    status = {"status": "ready" if not problems else "not ready", "problems": problems}
    return JsonResponse(status, status=503 if problems else 200)


def _problems() -> list[str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["Migrations are waiting: run `studium migrate`."]
        found = triggers.differences()
    except DatabaseError:
        return ["The database does not answer."]
    return ["Triggers differ from the list: run `studium migrate`."] if found else []
