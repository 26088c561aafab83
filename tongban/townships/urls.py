"""Addresses of the townships room."""

from django.urls import path

from tongban.townships.views import desk, portal

app_name = "townships"
urlpatterns = [
    path("towns/", portal.towns, name="towns"),
    path("towns/<str:code>/", portal.town, name="town"),
    path("desk/devolution/", desk.register, name="register"),
    path("desk/devolution/new/", desk.choose, name="choose"),
    path("desk/devolution/new/<str:base_code>/", desk.grant, name="grant"),
    path("desk/devolution/deeds/<int:deed>/", desk.deed, name="deed"),
    path("desk/devolution/deeds/<int:deed>/agreement", desk.agreement, name="agreement"),
    path("desk/devolution/<int:devolution>/", desk.devolution, name="devolution"),
    path("desk/devolution/<int:devolution>/renewal/", desk.renew, name="renew"),
    path("desk/devolution/<int:devolution>/recall/", desk.recall, name="recall"),
]
