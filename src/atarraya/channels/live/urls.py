"""The live carrier's door."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.channels.live import views

patterns = [path("equipo/vivo.json", views.token, name="token")]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((patterns, "live")))]
