"""OpenRosa's doors: the list of forms, the form with its manifest and its file of places, and submissions."""

from __future__ import annotations

import base64
import binascii

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from atarraya.alerts.services.limits import Limit
from atarraya.channels.feeds.writing import Writer
from atarraya.channels.odk import manifest, queries, rules
from atarraya.channels.odk.models import OdkDevice
from atarraya.channels.odk.refusals import DayFull, DeviceRefused, InClear, NoKeyYet
from atarraya.channels.odk.services import devices, keeping
from atarraya.channels.odk.views import multipart
from atarraya.channels.odk.views.says import XML, openrosa, told
from atarraya.kernel.errors import TooMany
from atarraya.network import queries as network

LIST = "http://openrosa.org/xforms/xformsList"
MANIFEST = "http://openrosa.org/xforms/xformsManifest"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})
# Of one device: far above what its people write; what is refused stays on the phone and is sent later.
POSTS = Limit(600, 3600)
ASKS = Limit(1200, 3600)
# Bytes kept of one device. Each process counts its own.
BYTES = Limit(rules.MOST_OF_A_DAY, 24 * 3600)


def device_of(request: HttpRequest) -> OdkDevice:
    """Return the device whose password the request shows; raise InClear, DeviceRefused or TooMany."""
    host = request.get_host().rpartition(":")[0] or request.get_host()
    if not request.is_secure() and host not in LOOPBACK and not network.the_network().demo:
        raise InClear()
    scheme, _space, shown = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    try:
        login, colon, password = base64.b64decode(shown.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise DeviceRefused() from None
    if scheme.lower() != "basic" or not colon or len(shown) > 400 or "\x00" in login:
        raise DeviceRefused()
    device = devices.authenticate(login, password)
    (POSTS if request.method == "POST" else ASKS).take(device.pk)
    return device


@openrosa("odk.forms", "GET", "HEAD")
def form_list(request: HttpRequest) -> HttpResponse:
    """List the one form of the device's inbox; none while no circle has a key for it."""
    device = device_of(request)
    wanted = request.GET.get("formID")
    xml = Writer()
    with xml.inside("xforms", xmlns=LIST):
        try:
            form = queries.form_of(device.inbox)
        except NoKeyYet:
            form = None
        if form is not None and wanted in (None, rules.FORM_ID):
            with xml.inside("xform"):
                xml.put("formID", rules.FORM_ID)
                xml.put("name", _("Report"))
                xml.put("version", form.version)
                xml.put("hash", f"md5:{form.md5}")
                xml.put("downloadUrl", _address(request, "odk:form"))
                xml.put("manifestUrl", _address(request, "odk:manifest"))
    return HttpResponse(xml.done(), content_type=XML)


@openrosa("odk.manifest", "GET", "HEAD")
def form_manifest(request: HttpRequest) -> HttpResponse:
    """Name the file of places that goes with the form."""
    device_of(request)
    xml = Writer()
    with xml.inside("manifest", xmlns=MANIFEST), xml.inside("mediaFile"):
        xml.put("filename", rules.MEDIA)
        xml.put("hash", f"md5:{queries.md5(queries.places())}")
        xml.put("downloadUrl", _address(request, "odk:places"))
    return HttpResponse(xml.done(), content_type=XML)


@openrosa("odk.form", "GET", "HEAD")
def form(request: HttpRequest) -> HttpResponse:
    """Give the form, with the key to which this inbox's answers are encrypted."""
    device = device_of(request)
    return HttpResponse(queries.form_of(device.inbox).body, content_type=XML)


@openrosa("odk.places", "GET", "HEAD")
def places(request: HttpRequest) -> HttpResponse:
    """Give the network's municipalities."""
    device_of(request)
    return HttpResponse(queries.places(), content_type="text/csv; charset=utf-8")


@openrosa("odk.submit", "HEAD", "POST")
def submission(request: HttpRequest) -> HttpResponse:
    """Say that submissions are taken here (HEAD), or keep what one POST carries."""
    device = device_of(request)
    if request.method == "HEAD":
        response = HttpResponse(status=204)
        response.headers["Location"] = _address(request, "odk:submission")
        return response
    posted = multipart.read(request)
    said = manifest.read(posted.manifest)
    try:
        BYTES.check(device.pk)
    except TooMany:
        raise DayFull() from None
    new = keeping.keep(device.inbox, said, posted.manifest, posted.files)
    BYTES.add(device.pk, new)
    sentence = _("It left the phone. Nobody has read it yet: do not wait, follow your plan.")
    return told(201 if new else 202, "submit_success", sentence)


def _address(request: HttpRequest, name: str) -> str:
    return request.build_absolute_uri(reverse(name))
