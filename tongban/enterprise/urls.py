"""Addresses of the enterprise room."""

from django.urls import path

from tongban.enterprise.views import blockers, board, desk, portal

app_name = "enterprise"
urlpatterns = [
    path("enterprise/", portal.mine, name="mine"),
    path("enterprise/<int:project>/", portal.service, name="service"),
    path("enterprise/<int:project>/closing/", portal.closing, name="closing"),
    path("enterprise/mandates/<int:mandate>/", portal.mandate, name="mandate"),
    path("enterprise/mandates/<int:mandate>/withdrawal", portal.withdraw, name="withdraw"),
    path("desk/enterprise/", desk.home, name="home"),
    path("desk/enterprise/new/", desk.enter, name="enter"),
    path("desk/enterprise/board/", board.board, name="board"),
    path("desk/enterprise/board/projects/", board.projects, name="board_projects"),
    path("desk/enterprise/projects/<int:project>/", desk.project, name="project"),
    path("desk/enterprise/projects/<int:project>/steward", desk.assign, name="assign"),
    path("desk/enterprise/projects/<int:project>/mandate/", desk.draw, name="draw"),
    path("desk/enterprise/projects/<int:project>/mandate/end", desk.give_up, name="give_up"),
    path("desk/enterprise/projects/<int:project>/phone", desk.phone, name="phone"),
    path("desk/enterprise/projects/<int:project>/log/", desk.log, name="log"),
    path("desk/enterprise/projects/<int:project>/log/<int:entry>/file", desk.evidence_file, name="evidence"),
    path("desk/enterprise/projects/<int:project>/blockers/", blockers.raise_, name="raise"),
    path("desk/enterprise/blockers/<int:blocker>/", blockers.blocker, name="blocker"),
    path("desk/enterprise/blockers/<int:blocker>/consultation/", blockers.convene, name="convene"),
    path("desk/enterprise/blockers/<int:blocker>/conclusion/", blockers.conclude, name="conclude"),
    path("desk/enterprise/tasks/<int:task>/done", blockers.finish, name="finish"),
]
