"""A browser's maker, whom `subscribe()` asks for an address: everything else is the browser's own.

with serving(tmp_path) as service:
    maker = Maker(service); maker.stands_behind(visit)   # before its pages open
    ...; maker.held                                      # the address this browser has now, if any
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, Worker

from support.pushservice import Browser, Service
from support.walking import Visit

# In the page: the maker is asked, and answers as its tests say. Permission is counted, and stays the browser's own.
PAGE = """
const made = (held) => held && {
  endpoint: held.address.endpoint,
  options: { applicationServerKey: new Uint8Array(held.key).buffer },
  toJSON: () => ({ endpoint: held.address.endpoint, keys: { p256dh: held.address.p256dh, auth: held.address.auth } }),
  unsubscribe: () => window.maker("unsubscribe", []),
};
PushManager.prototype.subscribe = async ({ applicationServerKey: key, userVisibleOnly }) => {
  if (!userVisibleOnly || key.length !== 65) throw new TypeError("options");
  const held = await window.maker("subscribe", [...key]);
  if (!held) throw new DOMException("push service error", "AbortError");
  return made(held);
};
PushManager.prototype.getSubscription = async () => made(await window.maker("held", []));
if (window.Notification) {
  const real = Notification.requestPermission;
  Notification.requestPermission = () => { window.maker("permission", []); return real.call(Notification); };
}
"""
# In the worker, which no binding reaches: it writes down what it gave up.
WORKER = """(held) => {
  self.gaveUp = 0;
  PushManager.prototype.getSubscription = async () =>
    held && !self.gaveUp ? { unsubscribe: async () => Boolean((self.gaveUp += 1)) } : null;
}"""


@dataclass
class Maker:
    """One browser's account with its maker: how often it was asked, and the address it gave."""

    service: Service
    held: Browser | None = None
    key: list[int] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answers: bool = True

    def stands_behind(self, visit: Visit, *, granted: bool = True) -> None:
        """Be the maker of a visit's browser."""
        visit.context.expose_binding("maker", lambda _source, act, key: self._said(act, key))
        visit.context.add_init_script(PAGE)
        if granted:
            visit.context.grant_permissions(["notifications"])

    def _said(self, act: str, key: list[int]) -> Any:
        if act != "held":
            self.asked.append(act)
        if act == "subscribe" and self.answers:
            self.held, self.key = self.service.browser(), key
        if act == "unsubscribe":
            self.held = None
            return True
        return {"address": self.held.address, "key": self.key} if self.held else None

    def lends_worker(self, page: Page) -> Worker:
        """Stand behind the worker of a page too; return it."""
        page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
        worker: Worker = next(one for one in page.context.service_workers if one.url.endswith("/sw.js"))
        worker.evaluate(WORKER, bool(self.held))
        return worker

    def hears_of(self, worker: Worker) -> bool:
        """Return whether the worker gave up the address; it is no longer held then."""
        gave_up = bool(worker.evaluate("self.gaveUp"))
        if gave_up:
            self.held = None
        return gave_up


# What notices hold of phones on the server's disk.
RECEIVERS = """
import json, django
django.setup()
from atarraya.notices.models import Receiver
print("RECEIVERS" + json.dumps([
  {"address": r.address, "until": str(r.alone_until), "quiet": [r.quiet_from, r.quiet_to, r.now_passes],
   "wants": sorted([w.municipality, w.kind, w.least] for w in r.wants.all())}
  for r in Receiver.objects.filter(device__isnull=False).prefetch_related("wants")]))
"""


def receivers(live: Any) -> list[dict[str, Any]]:
    """Return what the server keeps of phones that want to hear."""
    from support.living import COMMAND

    env = {"DJANGO_SETTINGS_MODULE": "atarraya.settings.production"}
    said = live.home.run([COMMAND[0], "-c", RECEIVERS], **env).stdout
    found: list[dict[str, Any]] = json.loads(said.partition("RECEIVERS")[2])
    return found
