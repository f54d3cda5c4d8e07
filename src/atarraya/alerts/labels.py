"""Words for codes: one table a code list, in plain speech that fits a point's page and the radio.

Every code of `rules` has its words here and a test holds it. Sentences made of several codes are in `phrases`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as _p

KINDS = {
    "ARMED_PRESENCE": _("Armed men"),
    "CONTROL_NORMS": _("They impose rules"),
    "PAMPHLET_GENERAL": _("Pamphlet or list"),
    "CONFINEMENT": _("We cannot go out"),
    "MOVEMENT_BAN": _("They let nobody pass"),
    "ARMED_STRIKE": _("Armed strike"),
    "COMBAT": _("Fighting"),
    "MINES_UXO": _("Mines or explosives"),
    "SCHOOL_HEALTH": _("Harm to a school or health post"),
    "THREAT": _("Threat"),
    "HARASS_SURV": _("Somebody is followed"),
    "STIGMATISATION": _("They speak ill of leaders"),
    "EXTORTION": _("They demand money"),
    "DIGITAL_ATTACK": _("Attack on phones or accounts"),
    "REPRISAL_REPORT": _("Revenge for reporting"),
    "CRIMINALISATION": _("Leaders are accused"),
    "ATTEMPT": _("Somebody was attacked"),
    "KILLING": _("Somebody was killed"),
    "MASSACRE": _("Several people were killed"),
    "TORTURE": _("Somebody was beaten"),
    "HOME_OFFICE_RAID": _("They entered a house or office"),
    "INFO_THEFT": _("Papers or equipment were stolen"),
    "DISAPPEARANCE": _("Somebody is missing"),
    "KIDNAP": _("Somebody was taken"),
    "DETENTION": _("Somebody was detained"),
    "RECRUITMENT": _("They take boys and girls"),
    "MASS_DISPL": _("The community is leaving"),
    "FORCED_DISPL_IND": _("A family is leaving"),
    "TERRITORY": _("Harm to the land"),
    "ELECTORAL": _("Pressure over the vote"),
    "OTHER": _("Something else"),
    "SEXUAL_VIOLENCE": _("Sexual violence"),
    "GBV_OTHER": _("Violence against women"),
}

FAMILIES = {
    "ARMED": _("Armed men"),
    "MOVE": _("We cannot move"),
    "COMBAT": _("Fighting, mines"),
    "THREATS": _("Threats"),
    "ATTACK": _("Attack or death"),
    "TAKEN": _("Someone was taken"),
    "LEAVING": _("We have to leave"),
    "OTHER": _("Something else"),
}

# What a board says of an alert's state; `phrases.state` chooses among these and the words of doubt.
STATES = {
    "UNCONF": _("one point says so; nobody has checked it"),
    "INPROC": _("it is being checked"),
    "CONF": _("confirmed"),
    "INCONC": _("it could not be known"),
    "EXPIRED": _("it lapsed without news: nobody has said it passed, ask"),
    "DISC": _("it was not so"),
    "WITHDRAWN": _("withdrawn"),
    "MERGED": _("joined to another alert"),
    "CLOSED": _("closed"),
}
TEAM_SAYS = _("the team says so; nobody has checked it")
DOUBT = _("in doubt")
CORRECTED = _("corrected")

# The field's own terms, for members only.
DESK_STATES = {
    "UNCONF": _p("desk", "Unconfirmed"),
    "INPROC": _p("desk", "Being verified"),
    "CONF": _p("desk", "Confirmed"),
    "INCONC": _p("desk", "Inconclusive"),
    "EXPIRED": _p("desk", "Lapsed"),
    "DISC": _p("desk", "Discarded"),
    "WITHDRAWN": _p("desk", "Withdrawn"),
    "MERGED": _p("desk", "Merged"),
    "CLOSED": _p("desk", "Closed"),
}

# Shape of each state: the id of its symbol (`alerts/line_shapes.html`; the point's page carries the same ids).
SHAPES = {
    "UNCONF": "s-UNCONF",
    "INPROC": "s-INPROC",
    "CONF": "s-CONF",
    "INCONC": "s-INCONC",
    "EXPIRED": "s-EXPIRED",
    "DISC": "s-ended",
    "WITHDRAWN": "s-ended",
    "MERGED": "s-ended",
    "CLOSED": "s-ended",
    "DOUBT": "s-doubt",
    "CORRECTED": "s-corrected",
    "UNKNOWN": "s-unknown",
}

URGENCIES = {"NOW": _p("urgency", "now"), "DAYS": _("in days"), "KNOW": _("to know")}

# One or two sentences each; the first can stand alone where there is little room.
ADVICE = {
    "ASK_BEFORE_GOING": (_("Do not travel that stretch."), _("Ask before you go out.")),
    "STAY_AND_CALL": (_("Stay with your people."), _("Say how you are.")),
    "DO_NOT_TRAVEL": (_("Do not travel."), _("Ask before you go out.")),
    "SHELTER": (_("Take cover."), _("Do not go out.")),
    "DO_NOT_STEP": (_("Do not step on or touch anything strange."), _("Go back the way you came.")),
    "PREPARE_HELP": (_("Families may arrive."), _("Prepare help.")),
    "KEEP_CLOSE": (_("Do not leave boys and girls alone."),),
    "BE_CAREFUL": (_("Take care."), _("Talk with your people.")),
}

SEEN = {"SAW": _("someone saw it"), "TOLD": _("someone was told")}

PARTS = {
    "DAWN": _("before dawn"),
    "MORNING": _("in the morning"),
    "AFTERNOON": _("in the afternoon"),
    "NIGHT": _("at night"),
}

OUTCOMES = {
    "PASSED": _("it passed"),
    "PROTOCOL_DONE": _("what was agreed was done"),
    "ACCOMPANIED": _("somebody went with the community"),
    "REFERRED": _("it was taken to those responsible"),
    "WAIT_AND_SEE": _("it was decided to wait and watch"),
    "NO_ACTION_POSSIBLE": _("nothing could be done"),
    "NOT_SO": _("it was not so"),
}

# What a reporter is told, by receipt. Neutral: whoever reads over their shoulder learns nothing.
ANSWERS = {
    "RECEIVED": _("It arrived."),
    "READ": _("A person read it."),
    "ASKING": _("We are asking."),
    "SHARED": _("Others were told, without names."),
    "NOT_SHARED": _("It was not told to others."),
    "WITH_YOU": _("Somebody of the team will look for you in the way you said."),
    "REFERRED": _("It was taken to those responsible."),
    "DONE": _("What was agreed was done."),
    "WAITING": _("We are waiting and watching."),
    "NOT_KNOWN": _("It could not be known."),
    "NO_ACTION": _("Nothing more can be done for now."),
    "IN_PERSON": _("It is better to talk in person."),
    "PASSED": _("It passed. Thank you."),
}

# Sentences offered for a summary: nothing in them can point at a person.
TEMPLATES = {
    "SEVERAL": _("Several communities say the same."),
    "RIVER_CLOSED": _("The way by river is closed."),
    "ROAD_CLOSED": _("The way by land is closed."),
    "FOOD": _("Families need food."),
    "HEALTH": _("Families need health care."),
    "SCHOOL": _("There are no classes."),
    "ARRIVING": _("Families are arriving from other communities."),
    "ACCOMPANY": _("Institutions were asked to come."),
    "NIGHT": _("Do not go out at night."),
    "GROUP": _("Travel in a group and say where you go."),
}

ROLES = {
    "VERIFIER": _("verifiers"),
    "APPROVER": _("approvers"),
    "RESPONDER": _("responders"),
    "CARE": _("care"),
    "ANALYST": _("analysts"),
    "STEWARD": _("stewards"),
}

# How a municipality stands. There is no word for safe (R16).
PLACES = {
    "ALERTS": _("there are alerts"),
    "SPOKE": _("they spoke and warn of no danger"),
    "UNKNOWN": _("we do not know"),
    "FEW": _("we do not know"),
}
FEW_POINTS = _("few points: ask")

GUARDS = {
    "digits": _("It has numbers that look like a telephone or an identity card."),
    "contact": _("It has an address, a link or a user name."),
    "place": _("It names a finer place than is allowed here."),
    "consent": _("The consent for this is missing."),
    "name": _("It has a name of your list."),
}

ACTS = {
    "publish": _p("act", "Publish"),
    "publish_confirmed": _p("act", "Publish as confirmed"),
    "take_up": _p("act", "Take it up"),
    "renew": _p("act", "Renew"),
    "carry_further": _p("act", "Carry it to the whole network"),
    "raise_urgency": _p("act", "Make it more urgent"),
    "release": _p("act", "Show it"),
    "stands": _p("act", "Say that it stands"),
    "hide_summary": _p("act", "Hide the summary"),
    "hide_zone": _p("act", "Hide the zone"),
    "next_news": _p("act", "Say when there will be news"),
    "confirm": _p("act", "Confirm"),
    "correct": _p("act", "Correct"),
    "make_public": _p("act", "Make it public"),
    "inconclusive": _p("act", "It could not be known"),
    "discard": _p("act", "Discard"),
    "false_alarm": _p("act", "False alarm"),
    "withdraw": _p("act", "Withdraw"),
    "merge": _p("act", "Join to another"),
    "unmerge": _p("act", "Part from the other"),
    "close": _p("act", "Close"),
    "shorten": _p("act", "Make it lapse sooner"),
    "lower_urgency": _p("act", "Make it less urgent"),
    "doubt": _p("act", "Put in doubt"),
    "expire": _p("act", "Lapsed"),
    "announce": _p("act", "Shown"),
    "still": _p("act", "It goes on"),
    "passed": _p("act", "It passed"),
    "second": _p("act", "Seen by another"),
}
