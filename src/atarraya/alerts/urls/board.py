"""Doors: board, municipality and public pages."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.alerts.views import board, public

_pages = [
    path("tablero/", board.board, name="board"),
    path("municipio/<slug:code>/", board.municipality, name="municipality"),
    path("publico/", public.board, name="public"),
    path("publico/<slug:code>/", public.municipality, name="public_municipality"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_pages, "alerts")))]
