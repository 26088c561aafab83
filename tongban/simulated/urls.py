"""Addresses of the room of simulated approvals."""

from django.urls import path

from tongban.simulated import views

app_name = "simulated"
urlpatterns = [
    path("simulated/", views.mine, name="mine"),
    path("simulated/drafts/<uuid:draft>", views.begin, name="begin"),
    path("simulated/<str:number>/", views.one, name="one"),
    path("simulated/<str:number>/renewal", views.renew, name="renew"),
    path("simulated/<str:number>/precondition/", views.bring, name="bring"),
    path("desk/simulated/", views.desk, name="desk"),
    path("desk/simulated/<str:number>/", views.desk_one, name="desk_one"),
    path("desk/simulated/<str:number>/precondition", views.precondition, name="precondition"),
    path("desk/simulated/<str:number>/aspects/<slug:aspect>/", views.give, name="give"),
    path("desk/simulated/<str:number>/steps/<slug:step>/confirmation", views.confirm, name="confirm"),
    path("desk/simulated/<str:number>/opinions/<int:opinion>.pdf", views.opinion, name="opinion"),
]
