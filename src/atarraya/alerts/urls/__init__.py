"""Doors of the alerts room, one module a family of pages."""

from django.urls import URLPattern, URLResolver

from atarraya.alerts.urls import api, board, page

urlpatterns: list[URLPattern | URLResolver] = [*page.urlpatterns, *api.urlpatterns, *board.urlpatterns]
