"""The honest sentences of `reveal` and `/que-revela`: one for each class and table, and what no schema can tell."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

TITLES: dict[str, Words] = {
    "sealed": _("Sealed: closed to whoever takes the server"),
    "routing": _("Routing: open to whoever takes the server"),
    "shared": _("Shared: what members and points already read"),
    "public": _("Public: what anybody already reads"),
    "administration": _("Administration: open to whoever takes the server"),
    "undeclared": _("Not declared: count it as open"),
}

CLASS_SENTENCES: dict[str, list[Words]] = {
    "sealed": [
        _("It opens only with a key of a circle or a member, on their own device or from their sheets of paper."),
        _("What shows: how many there are, their size in steps, and that they exist."),
        _("Whoever holds a sealed file can keep it and wait for a key."),
    ],
    "routing": [
        _("Which inbox, which municipality, how urgent and on which day sealed entries arrived. Never the hour."),
        _("A report, a note, a check-in and an empty account look alike here."),
        _("No row ties a sealed entry to a point, a phone, a member or another entry."),
    ],
    "shared": [
        _("Published alerts: kind, municipality or zone, hour, state and what to do."),
        _("Whoever holds a point's link reads this too."),
    ],
    "public": [_("What two people approved for everybody, and lists of places.")],
    "administration": [
        _("Aliases, sign-in secrets as hashes, roles, who belongs to which circle, and the keys wrapped for them."),
        _("Names, places and state of points, and on how many phones their link was opened."),
        _("While an alert is open, which point gave it. Afterwards only its collective."),
        _(
            "Who asked for notices, of which places, and where they go: the address of a browser at its maker, or "
            "e-mail. Of who asked for SMS only that they did: the number is sealed to the gateway."
        ),
    ],
    "undeclared": [_("The release that made these columns did not say what they are.")],
}

TABLES: dict[str, Words] = {
    "account.EmailAddress": _("E-mail addresses of members, if any gave one. None is asked for."),
    "account.EmailConfirmation": _("Not used."),
    "alerts.Alert": _("A published warning in codes, with at most a summary that two people approved."),
    "alerts.AlertVersion": _("What an alert said at each version."),
    "alerts.Approval": _("Who agreed to a proposal, by day."),
    "alerts.Chunk": _("A sealed slice of an attachment, under a random name."),
    "alerts.Counter": _("How many alerts of a kind are in a state, by municipality and month."),
    "alerts.Entry": _("One row for each sealed entry: where it goes, and nothing of what it says."),
    "alerts.Envelope": _("The sealed account itself."),
    "alerts.Erasure": _("That something was erased, by day, so that a backup does not bring it back."),
    "alerts.Event": _("That an alert changed, in order."),
    "alerts.HandOver": _("How many envelopes a member fetched in an hour. Never which."),
    "alerts.Look": _("When somebody of the team last looked at an inbox. Not who."),
    "alerts.OldGrant": _("Who may fetch older accounts, agreed by two."),
    "alerts.Proposal": _("An act that waits for a second person, its text sealed until then."),
    "alerts.RetentionNotice": _("How many entries reach their last day, and which members were told."),
    "alerts.Second": _("That another collective saw the same."),
    "alerts.Sequence": _("The last number given to an event."),
    "alerts.Spoken": _("That a point warned or checked in on a day. Never that it sent a sealed report."),
    "alerts.StorageKey": _("The inner key of each entry. Destroying it erases; alone it opens no account."),
    "alerts.Tap": _("That a point said an alert goes on, once each."),
    "auth.Group": _("Not used."),
    "auth.Group_permissions": _("Not used."),
    "auth.Permission": _("Not used."),
    "contenttypes.ContentType": _("Names of tables."),
    "mfa.Authenticator": _("Second steps of sign-in: secrets of code apps and public keys of passkeys."),
    "feeds.FeedToken": _("Addresses of the network's own feed: for which organisation, until when, and a hash."),
    "network.Circle": _("A circle's name and the public key of its sheets of paper."),
    "network.CircleEpoch": _("The public keys of a circle, in turn."),
    "network.CircleMember": _("Who belongs to a circle, from which day to which."),
    "network.Collective": _("The collectives that speak in the network."),
    "network.Freeze": _("Who froze whom, and what two others decided."),
    "network.Inbox": _("Where reports arrive."),
    "network.InboxCircle": _("Which circles an inbox can be read by."),
    "network.Invitation": _("Invitations that wait, with the aliases they are for."),
    "network.LoginReset": _("That a member was given a new way to sign in."),
    "network.Member": _("Aliases, hashes of passwords, roles, and each member's own key as sealed files."),
    "network.Network": _("The network's name and what it chose."),
    "network.Point": _("Reporting points: their collective, place and state, and hashes of their links."),
    "network.PointDevice": _("That a point's link was opened on a phone, and the day. Nothing of the phone."),
    "network.PolicyChange": _("Stricter rules for publishing that wait for a second steward."),
    "network.RecipientList": _("The signed lists of public keys that points seal to."),
    "network.Removal": _("Who was removed, by whom, and when."),
    "network.Reopening": _("Half of the secret that reopens a locked tab, for four hours."),
    "network.NameList": _("Names that no text may carry, sealed to the circle that keeps them."),
    "network.WrappedKey": _("A circle's key, sealed to one member or to its sheets of paper."),
    "notices.Delivery": _(
        "That a receiver is to hear, or heard, that an alert changed; until two weeks after its end."
    ),
    "notices.Outbox": _("Acts on alerts that people have not been told of yet."),
    "notices.Receiver": _("Where notices for a member or a point's phone go, and its quiet hours."),
    "notices.Subscription": _("Which municipalities, kinds and urgencies somebody wants to hear of."),
    "notices.Wording": _("The one neutral sentence that every notice says."),
    "sealing.TransportKey": _("Not used."),
    "sessions.Session": _("Who is signed in now. No address and no browser."),
    "calls.CallChain": _(
        "Lists of who calls whom, sealed to a circle: how many of each inbox, and the day of the last change."
    ),
    "odk.OdkDevice": _(
        "Phones with ODK: a name, a user, a hash of the password, of which inbox, and the first and last day."
    ),
    "odk.OdkPart": _("A file of an encrypted submission, sealed to the inbox's circles."),
    "odk.OdkPartKey": _("The inner key of each such file. Destroying it erases; alone it opens nothing."),
    "odk.OdkSubmission": _("That a submission by ODK waits for the workbench: of which inbox, and the day it came."),
    "sms.Codebook": _(
        "Codebooks of collectives, sealed twice: to the gateway and to people. Whose, since when, and whether burnt."
    ),
    "sms.Gateway": _("SMS gateways: a name, a public key, a hash of the token, and the last sign of life."),
    "sms.NoticesBySms": _("Whether notices go out by SMS, and the one sentence they say."),
    "sms.Outgoing": _(
        "SMS that wait, sealed to the gateway that sends them: how many, the day, and of a notice for whom, not where "
        "to."
    ),
    "territory.Alias": _("Other names of places."),
    "territory.Boundary": _("Outlines of municipalities."),
    "territory.Edition": _("Lists of municipalities and their dates."),
    "territory.Neighbour": _("Which municipalities the network lists side by side."),
    "territory.Unit": _("Municipalities."),
    "territory.Zone": _("Zones of three communities or more. No communities, no coordinates."),
    "trail.Checkpoint": _("Stands for old lines of the trail."),
    "trail.Head": _("Heads of the trail that members signed."),
    "trail.Line": _("Who did which act of administration, by hour. Of reports only act and day, nobody's name."),
}  # fmt: skip

BESIDE: list[tuple[Words, Words]] = [
    (
        _("The folder of secrets"),
        _("Keys of sign-in sessions and of receipt look-ups: with the database, receipts could be guessed at one by "
          "one; each guess is slow. And the transport keys of the last weeks: with a seized phone, they open the "
          "routing of what it had not sent. Nothing here opens an account."),
    ),
    (_("Logs"), _("No address, browser, phone number or page is written, by us or by the proxy we describe.")),
    (
        _("Backups"),
        _("As the database, sealed to a key that is not here. What was erased can be opened from a backup for at most "
          "35 days, by whoever holds that key."),
    ),
    (
        _("The SMS gateway"),
        _("It is another process, and should be on another machine. Taken switched off: sealed SMS that had not left, "
          "and the passwords of its phone. Taken while it runs: its key in memory, and with it numbers, codebooks and "
          "SMS from then on. If it shares this machine, whoever takes this machine while it runs takes that too."),
    ),
    (
        _("Memory of a running server"),
        _("What passes at that moment: links, routing and sessions. Never an open account, nor a circle's key."),
    ),
    (
        _("A server altered while it runs"),
        _("It could send a false page that reads what is written there. A browser cannot notice by itself; "
          "atarraya verify-site, run from elsewhere, compares every byte."),
    ),
    (
        _("A server watched while it runs"),
        _("Which account fetches which envelopes, and when each request comes. The disk keeps neither."),
    ),
    (
        _("The line between"),
        _("Who provides the line sees that a phone visits this site, when, and how much it sends."),
    ),
]  # fmt: skip


def title(name: str) -> str:
    """Return a class's title."""
    return str(TITLES[name])


def of_class(name: str) -> list[str]:
    """Return what is true of a whole class."""
    return [str(sentence) for sentence in CLASS_SENTENCES[name]]


def of_table(label: str) -> str:
    """Return what a table (`app.Model`) is; empty when nobody wrote it (a test refuses that)."""
    return str(TABLES.get(label, ""))


def beside() -> list[tuple[str, str]]:
    """Return what lies beside the schema, each with its sentence."""
    return [(str(what), str(sentence)) for what, sentence in BESIDE]
