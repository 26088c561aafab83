"""Addresses of the construction room."""

from django.urls import path

from tongban.construction.views import desk, portal

app_name = "construction"
urlpatterns = [
    path("projects/", portal.mine, name="projects"),
    path("projects/new/", portal.themes, name="themes"),
    path("projects/new/<slug:theme>/", portal.register, name="register"),
    path("projects/maps/<slug:theme>/", portal.theme_map, name="map"),
    path("projects/maps/<slug:theme>.bpmn", portal.bpmn, name="bpmn"),
    path("projects/<str:code>/", portal.project, name="project"),
    path("projects/<str:code>/stages/<slug:stage>/", portal.stage, name="stage"),
    path("projects/<str:code>/participants/<slug:role>/", portal.participant, name="participant"),
    path("projects/<str:code>/works/", portal.works, name="works"),
    path("desk/projects/", desk.everything, name="desk_projects"),
    path("desk/projects/branches/", desk.branches, name="desk_branches"),
    path("desk/projects/<str:code>/", desk.project, name="desk_project"),
    path("desk/projects/<str:code>/stages/<slug:stage>/closing", desk.close, name="close"),
]
