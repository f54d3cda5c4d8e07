"""The settings that ODK Collect and KoboCollect read from a square code, as their documentation has them.

Base64 of zlib of JSON. What a code leaves out takes the application's own default.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from typing import Any


def settings(server: str, login: str, password: str) -> dict[str, Any]:
    """Return the settings of one device: nothing stays on the phone that need not, and nothing tells who holds it."""
    return {
        "general": {
            "server_url": server,
            "username": login,
            "password": password,
            # The form comes by itself, also when the key in it changes; what was finished leaves when there is signal.
            "form_update_mode": "match_exactly",
            "periodic_form_updates_check": "every_six_hours",
            "autosend": "wifi_and_cellular",
            "delete_send": True,
            "analytics": False,
            "metadata_username": "",
            "metadata_phonenumber": "",
            "metadata_email": "",
            "background_location": False,
            "background_recording": False,
        },
        # Closed: what would undo the above, and what would leave drafts, which lie open on the phone.
        "admin": {
            "change_server": False,
            "change_autosend": False,
            "delete_after_send": False,
            "analytics": False,
            "change_form_metadata": False,
            "view_sent": False,
            "save_as_draft": False,
            "save_mid": False,
            # Without one, whoever holds the phone opens them again. Nobody is told it; it is in the code itself.
            "admin_pw": hashlib.sha256(f"collect admin {password}".encode()).hexdigest()[:20],
        },
        "project": {"name": "Formularios", "icon": "F"},
    }


def settings_text(server: str, login: str, password: str) -> str:
    """Return what the square code says."""
    written = json.dumps(settings(server, login, password), separators=(",", ":"))
    return base64.b64encode(zlib.compress(written.encode(), 9)).decode("ascii")
