"""Doors of the feeds: the public ones, those behind a token, and the steward's page."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.channels.feeds.views import network, public, steward

_doors = [
    path("datos/", public.home, name="home"),
    path("datos/atom.xml", public.atom, name="atom"),
    path("datos/rss.xml", public.rss, name="rss"),
    path("datos/lista.csv", public.csv, name="csv"),
    path("datos/lista.csv-metadata.json", public.csvw, name="csvw"),
    path("datos/mapa.geojson", public.geojson, name="geojson"),
    path("datos/cap/<str:name>.xml", public.message, name="cap"),
    path("datos/r/<str:token>/atom.xml", network.atom, name="network_atom"),
    path("datos/r/<str:token>/lista.csv", network.csv, name="network_csv"),
    path("datos/r/<str:token>/mapa.geojson", network.geojson, name="network_geojson"),
    path("datos/r/<str:token>/cap/<str:name>.xml", network.message, name="network_cap"),
    path("red/datos/", steward.tokens, name="tokens"),
    path("red/datos/<uuid:pk>/quitar/", steward.end, name="end_token"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include((_doors, "feeds")))]
