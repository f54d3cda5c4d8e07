"""Doors of the SMS carrier: the gateway's machine interface, and pages of members and stewards."""

import re
from itertools import groupby

from django.urls import URLPattern, URLResolver, include, path, re_path

from atarraya.alerts.views.api.door import door
from atarraya.channels.sms.views import books, outgoing, pages, paper
from atarraya.channels.sms.views.api import GATEWAYS, OPERATIONS, nothing_here

machine: list[URLPattern | URLResolver] = [
    path(re.sub(r"\{(\w+)\}", r"<str:\1>", address.removeprefix("/")), door(list(operations), GATEWAYS))
    for address, operations in groupby(
        sorted(OPERATIONS, key=lambda operation: operation.path), key=lambda operation: operation.path
    )
]

people: list[URLPattern | URLResolver] = [
    path("equipo/codigos/", books.books, name="books"),
    path("equipo/codigos/nuevo/", books.make, name="book_new"),
    path("equipo/codigos/hoja/", books.sheet, name="sheet"),
    path("equipo/codigos/libros.json", books.sealed, name="books_sealed"),
    path("equipo/codigos/papel/", paper.blank, name="paper_blank"),
    path("equipo/codigos/<uuid:pk>/", books.book, name="book"),
    path("equipo/codigos/<uuid:pk>/papel/", paper.of_book, name="paper_book"),
    path("equipo/codigos/<uuid:pk>/quemar/", books.burn, name="burn"),
    path("equipo/codigos/<uuid:pk>/leido/", books.told, name="book_told"),
    path("equipo/sms/", outgoing.send, name="send"),
    path("red/sms/", pages.gateways, name="gateways"),
    path("red/sms/<uuid:pk>/", pages.token, name="token"),
    path("red/sms/<uuid:pk>/terminar/", pages.end, name="end"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    *machine,
    re_path(r"^api/gateway/", nothing_here),
    path("", include((people, "sms"))),
]
