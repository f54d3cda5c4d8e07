"""Doors of call chains."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.channels.calls import views

pages: list[URLPattern | URLResolver] = [
    path("equipo/llamadas/", views.chains, name="chains"),
    path("equipo/llamadas/nueva/", views.make, name="make"),
    path("equipo/llamadas/selladas.json", views.sealed, name="sealed"),
    path("equipo/llamadas/<uuid:pk>/", views.change, name="change"),
    path("equipo/llamadas/<uuid:pk>/borrar/", views.erase, name="erase"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((pages, "calls")))]
