"""Addresses of the public record."""

from django.urls import path

from tongban.record import views

app_name = "record"
urlpatterns = [
    path("", views.home, name="home"),
    path("checkpoint.txt", views.checkpoint, name="checkpoint"),
    path("verify/", views.verify, name="verify"),
]
