"""Doors: the point's page, its worker, manifest and pages without scripts."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
