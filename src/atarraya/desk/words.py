"""The desk's words by code: printed once to the page's scripts, which hold no sentence."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

from atarraya.alerts import labels, phrases, rules
from atarraya.network import queries as network
from atarraya.territory import queries as territory

SOURCE_GRADES = {
    "A": _("Completely reliable"),
    "B": _("Usually reliable"),
    "C": _("Fairly reliable"),
    "D": _("Not usually reliable"),
    "E": _("Unreliable"),
    "F": _("Cannot be judged (new)"),
}
INFO_GRADES = {
    "1": _("Confirmed by other independent sources"),
    "2": _("Probably true"),
    "3": _("Possibly true"),
    "4": _("Doubtful"),
    "5": _("Improbable"),
    "6": _("Cannot be judged"),
}
THREAD_STATES = {"OPEN": _p("thread", "open"), "DONE": _p("thread", "settled")}
URGENCIES_LONG = {
    "NOW": _("Now: danger within hours"),
    "DAYS": _("Soon: days"),
    "KNOW": _("To know: it passed, or it is a sign"),
}
AGES = {
    "H1": _("sent within the hour"),
    "H6": _("waited up to six hours on the phone"),
    "D1": _("waited up to a day on the phone"),
    "D3": _("waited up to three days on the phone"),
    "W1": _("waited up to a week on the phone"),
    "OLD": _("waited more than a week on the phone"),
}
MARKS = {
    "OLD_SETUP": _("Sealed before the keys changed."),
    "OLD_LINK": _("It came through the link before the present one."),
}
WHO = {"COMMUNITY": _("The community"), "FAMILY": _("A family"), "PERSON": _("One person")}
WHEN = {
    "TODAY": _("Today"),
    "YESTERDAY": _("Yesterday"),
    "WEEK": _("In these days"),
    "BEFORE": _("Before"),
}
NEEDS = {
    "SAFETY": _("To be safe"),
    "HEALTH": _("Health"),
    "TALK": _("Someone to talk to"),
    "NOTHING": _("Nothing now"),
}
WAYS = {
    "CALL": _("Call"),
    "MESSAGE": _("Write"),
    "VISIT": _("Send someone of trust"),
    "NONE": _("Do not call"),
    "SMS": _("By SMS"),
}
CONSENTS = {
    "STORE": _("Keep it to go with me"),
    "NET_SUMMARY": _("Warn the network, without a name"),
    "PUBLIC_SUMMARY": _("Publish a summary, without names"),
    "STATS": _("Count it with others"),
    "REF_LEGAL": _("Pass it to legal support"),
    "REF_PSY": _("Pass it to psychosocial support"),
    "REF_PUBLICMIN": _("Take it to the Defensoría or the Personería"),
}
GUARDS = {"length": _("The summary is longer than 280 letters.")}
SAY = {
    "n_sms": _("Sent by SMS: {text}"),
    "sms_none": _("There is no gateway here that sends SMS."),
    "sms_waits": _("It waits: the gateway has no key or is silent. It will go when it works again."),
    "sms_reply_letters": _("Plain SMS do not carry these letters: {letters}"),
    "sms_reply_long": _("It does not fit one SMS (160 letters)."),
    "sms_reply_link": _("An SMS may hold no link or address."),
    "duress": _("FORCED: whoever sent this used the word that says so. Only you two see this. Do not answer by phone."),
    "n_duress": _("The whole message: {text}"),
    "sms_unread": _("It came by SMS, word for word: no code was read in it."),
    "sms_read": _("It came by SMS, in the code of {who}."),
    "sms_unsure": _("It came by SMS and could mean more than one thing in a code: ask before you warn."),
    "burnt": _("The code of {collective} was burnt: its words mean nothing now. Help them make another."),
    "sms_silent": _("SMS do not arrive: the gateway “{name}” is silent since {time}. Call whoever keeps it."),
    "sms_never": _("SMS do not arrive yet: the gateway “{name}” has never called."),
    "sms_no_key": _("SMS arrive unread and answers wait: the gateway “{name}” runs without its key. Read them here."),
    "no_place": _("Municipality not said"),
    "no_kind": _("Kind not said"),
    "discreet": _("Somebody asks to talk with a woman of the team"),
    "care_first": _("First what she needs, in the way and at the hour she said. Do not ask for the story."),
    "unfinished": _("unfinished"),
    "unfinished_long": _("The phone was closed before this was finished. It came as it was."),
    "somebody_concerned": _("Somebody of the team said that this is about them or their family."),
    "assigned": _("{who} has it"),
    "answered": _("answered"),
    "note": _("1 note"),
    "notes": _("{count} notes"),
    "kept_copy": _("Copy kept as a case: the account itself reached its last day."),
    "today": _("today"),
    "yesterday": _("yesterday"),
    "days_ago": _("{count} days ago"),
    "nothing_waits": _("Nothing waits. New reports show here by themselves."),
    "nothing_found": _("Nothing here has those words or that municipality."),
    "no_keys": _("You hold no circle's key: no account opens here. Alerts are in their tab."),
    "no_acts": _("There is nothing for you to do with it."),
    "no_proposals": _("Nothing waits for a second person."),
    "no_alerts": _("No alert stands in what you serve."),
    "no_notes": _("Nobody has written here yet."),
    "from_phone": _("from the phone"),
    "joined": _("it was decided that it is the same"),
    "apart": _("it was decided that it is another"),
    "n_grade": _("Grade {grade}"),
    "n_assign": _("{who} takes it"),
    "n_answer": _("Answer: {phrase}"),
    "n_read": _("Read for the first time"),
    "n_keep": _("Kept as a case"),
    "n_mine": _("It is about this person or their family: they neither publish nor agree"),
    "n_same": _("It is the same event as another report"),
    "n_other": _("It is another event"),
    "n_false_alarm": _("It was a false alarm, says whoever has its five words"),
    "denied": _("Whoever reported says: false alarm."),
    "holder_none": _("No alert of this kind stands in its municipality."),
    "holder_unknown": _("The alerts could not be asked for. Open the report again."),
    "n_became": _("It became an alert"),
    "n_proposed": _("Asked a second person: {act}"),
    "n_needs": _("They need: {needs}"),
    "f_arrived": _("Arrived"),
    "f_soon": _("How soon"),
    "f_zone": _("Zone"),
    "f_where": _("Where"),
    "f_when": _("When"),
    "f_who": _("Who was harmed"),
    "f_bands": _("How many people"),
    "f_seen": _("Seen or told"),
    "f_needs": _("What they need now"),
    "f_way": _("How to reach them"),
    "f_partner": _("Care"),
    "f_consents": _("What they allow"),
    "f_grade": _("Grade"),
    "f_what": _("What happens"),
    "f_municipality": _("Municipality"),
    "f_advice": _("What to do"),
    "f_public": _("For the public"),
    "f_outcome": _("Outcome"),
    "f_answer": _("Answer"),
    "f_until": _("Until"),
    "f_into": _("Joined to"),
    "partner_sees": _("Their partner looks at this phone: do not write or call unless they said so."),
    "yes": _("yes"),
    "file_voice": _("Voice"),
    "file_photo": _("Photograph"),
    "file_fetching": _("Bringing and opening it…"),
    "file_missing": _("It has not arrived whole. Try again later."),
    "no_more_answers": _("It could not be answered: nobody keeps its words, or it has its six answers."),
    "not_sent": _("It was not sent. What you wrote is still here. Try again."),
    "opening": _("opening {done} of {total}"),
    "no_line": _("There is no line. What is open here stays; it will try again by itself."),
    "nobody_ever": _("Nobody has looked here yet."),
    "looked": _("Nobody had looked since {time}."),
    "to_know": _("Things you must know: {count}"),
    "older": _("{count} entries of earlier days are not here. Bringing many in one hour is told to two others."),
    "older_1": _("1 entry of earlier days is not here. Bringing many in one hour is told to two others."),
    "oldest_1": _("1 entry is older than 30 days. Another person must agree before it comes."),
    "oldest": _("{count} entries are older than 30 days. Another person must agree before they come."),
    "asked_old": _("Asked. When another person of the inbox agrees, bring them here."),
    "last_day_1": _("1 entry of {place} reaches its last day on {day}. Open it and keep it if it is a case."),
    "last_day": _("{count} entries of {place} reach their last day on {day}. Open them and keep what is a case."),
    "last_day_urgent": _(
        "{count} entries of {place}, {urgent} of them marked now, reach their last day on {day}. "
        "Open them and keep what is a case."
    ),
    "many": _("{who} was handed {count} entries of earlier days in one hour ({hour})."),
    "asks_old": _("{who} asks to open entries older than 30 days of {inbox}."),
    "asked_by": _("{who} asks"),
    "asked_by_me": _("You asked"),
    "agreed_of": _("{agreed} of {needs} have agreed"),
    "because": _("Why it must be said all the same: {reason}"),
    "draft_closed": _("This cannot be opened with your keys, or it is not what was promised. Do not agree to it."),
    "others_agree": _("You cannot agree to this one."),
    "concerns_me": _("You said that this is about you or your family. Another person must agree."),
    "can_be": _("It can be {who}."),
    "nobody_can": _("Nobody else of the team can be it now."),
    "refused_it": _("You did not agree. It is not done."),
    "took_back": _("Your request was taken back."),
    "agreed_more": _("You agreed. Still missing: {count}."),
    "asked": _("Asked."),
    "done_act": _("Done: {act}."),
    "answer_elsewhere_1": _("1 report could not be answered from here: open it and answer there."),
    "answer_elsewhere": _("{count} reports could not be answered from here: open them and answer there."),
    "told_nobody": _("No report open here seems to be about it. Answer from the report itself."),
    "day_kept": _("As it was"),
    "waits": _("{act}: a second person is missing."),
    "one_person": _("One person is enough: it warns, or spares somebody."),
    "one_more": _("A second person is missing: {role}."),
    "two_more": _("Two more people are missing: {role}."),
    "calming": _("Until then it shows as in doubt."),
    "ask_outcome": _("What came of it"),
    "ask_answer": _("What whoever reported is told"),
    "ask_urgency": _("How soon"),
    "ask_into": _("The alert it is joined to"),
    "ask_until": _("Until when"),
    "names_kept_1": _("Kept: 1 name."),
    "names_kept": _("Kept: {count} names."),
    "ask_summary": _("What the public reads"),
    "ask_consent": _("Did whoever reported allow it?"),
    "allowed": _("Yes, they allowed it"),
    "in_hours": _("in {count} hours"),
    "wrong_list": _(
        "The list of keys of an inbox does not follow from the one before. Stop and call another keyholder."
    ),
}  # fmt: skip


def all_words() -> dict[str, dict[str, Any]]:
    """Return every list of words the desk's scripts use: list → code → label."""
    codes = network.municipalities()
    names = territory.names(codes)
    here = network.the_network()
    return {
        "say": SAY,
        "kinds": labels.KINDS,
        "states": labels.DESK_STATES,
        "urgencies": labels.URGENCIES,
        "urgencies_long": URGENCIES_LONG,
        "advice": {code: phrases.advice(code) for code in rules.ADVICES},
        "seen": labels.SEEN,
        "parts": labels.PARTS,
        "outcomes": labels.OUTCOMES,
        "answers": labels.ANSWERS,
        "templates": labels.TEMPLATES,
        "guards": {**labels.GUARDS, **GUARDS},
        "acts": labels.ACTS,
        "policies": {kind: rules.policy_of(kind, here.policy).value for kind in rules.KINDS},
        "source_grades": SOURCE_GRADES,
        "info_grades": INFO_GRADES,
        "thread_states": THREAD_STATES,
        "ages": AGES,
        "marks": MARKS,
        "who": WHO,
        "when": WHEN,
        "needs": NEEDS,
        "ways": WAYS,
        "consents": CONSENTS,
        "municipalities": names,
        "zones": {str(zone.pk): zone.name for zone in territory.zones(codes)},
    }
