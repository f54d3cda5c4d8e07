"""Doors of the ODK carrier: OpenRosa's, under the address that a phone is told, and the stewards' pages."""

from django.urls import URLPattern, URLResolver, include, path

from atarraya.channels.odk import rules
from atarraya.channels.odk.views import doors, pages

machine: list[URLPattern | URLResolver] = [
    path("odk/formList", doors.form_list, name="form_list"),
    path(f"odk/forms/{rules.FORM_ID}/manifest", doors.form_manifest, name="manifest"),
    path(f"odk/forms/{rules.FORM_ID}/form.xml", doors.form, name="form"),
    path(f"odk/forms/{rules.FORM_ID}/municipios.csv", doors.places, name="places"),
    path("odk/submission", doors.submission, name="submission"),
]

people: list[URLPattern | URLResolver] = [
    path("red/odk/", pages.devices, name="devices"),
    path("red/odk/<uuid:pk>/", pages.card, name="card"),
    path("red/odk/<uuid:pk>/terminar/", pages.end, name="end"),
]

urlpatterns: list[URLPattern | URLResolver] = [path("", include(([*machine, *people], "odk")))]
