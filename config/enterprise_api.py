"""The API of enterprise service, read only: what there is, and one project with its plan and log."""

from django.http import HttpRequest
from ninja import Router

from tongban.cases.api.door import PROBLEMS, Bearer, Number, Problem, scoped
from tongban.enterprise.queries import documents
from tongban.kit.api import clock

router = Router(auth=Bearer(), tags=["enterprise service"])


@router.get("/enterprise-projects", response={200: dict, PROBLEMS: Problem})
def enterprise_projects(request: HttpRequest):
    """Service projects the caller oversees, or those of the caller's enterprises, with the published figures."""
    return documents.listed(scoped(request, "cases:read"), clock())


@router.get("/enterprise-projects/{project}", response={200: dict, PROBLEMS: Problem})
def enterprise_project(request: HttpRequest, project: Number):
    """One service project: its plan with due days, its log, its open blockers."""
    return documents.one(project, scoped(request, "cases:read"), clock())
