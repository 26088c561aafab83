"""Addresses of the catalogue's public pages."""

from django.urls import path

from tongban.catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.home, name="home"),
    path("search/", views.search, name="search"),
    path("scenes/<slug:key>/", views.scene, name="scene"),
    path("counties/<str:code>/", views.choose_county, name="county"),
    path("items/<str:base_code>/", views.item, name="item"),
    path("items/<str:base_code>/guidance/", views.guidance, name="guidance"),
]
