"""What /buddy answers."""

from __future__ import annotations

from bot.i18n import N_

NOT_YOURS = N_("This button is for somebody else.")
OVER = N_("This introduction is over already.")
SEARCHING = N_(
    "We are looking for somebody on the other side; it takes about {minutes} minutes. Tell us more "
    "if you like: “/buddy find cats, hiking, en zh”."
)
SEARCHING_TOLD = N_(
    "We are looking for somebody on the other side; it takes about {minutes} minutes."
)
NOBODY_FREE = N_(
    "Nobody on the other side is free right now. You stay in the queue and are told here as soon "
    "as somebody is. Meanwhile, say hello in this channel: the other side reads it."
)
NOTED = N_("Noted. You are in the queue already.")
MATCHED = N_("You have a buddy already, or an introduction that waits for an answer.")
LOOK_AROUND = N_("Enjoy! “/buddy find” is there whenever you want somebody.")
JOINED = N_("Thank you! You are a buddy for up to {capacity} newcomers at a time.")
JOINED_ONE = N_("Thank you! You are a buddy for one newcomer at a time.")
ONE_SIDE = N_("Everyone in this relay writes the same language, so there is no other side.")
NO_LANGUAGE = N_("“{text}” holds a language that is not known here. Write codes such as “en zh”.")
NO_ZONE = N_("There is no time zone “{name}”. Write it like Asia/Shanghai or America/New_York.")
NO_VOLUNTEER = N_("You are not a buddy yet. “/buddy join” makes you one.")
PAUSED = N_("You get no new newcomers until “/buddy resume”. Those you have stay with you.")
RESUMED = N_("Welcome back! You are in the next round.")
LEFT = N_("You are off the list. “/buddy join” and “/buddy find” bring you back.")
NOT_IN = N_("You are neither a buddy nor looking for one.")
BLOCKED = N_("You two will never be introduced. Nobody is told.")
WHOM = N_("Name a member, as in “/buddy block @name”; without one, your latest buddy is meant.")
NOT_YOURSELF = N_("That is you.")
ACCEPTED = N_("Thank you! As soon as the answer has come, you are introduced.")
INTRODUCED = N_("You are introduced! Look below, or for a new thread with your names.")
SEATED = N_(
    "You talk with {other} here now. Write in your own language; the answers come here too."
)
SEATED_MORE = N_(
    "{count} introductions meet in this chat. What you write goes to {other}; to answer somebody "
    "else, reply to a message of theirs."
)
DECLINED_NEWCOMER = N_(
    "All right, we look for somebody else. “/buddy leave” takes you off the list."
)
DECLINED_VOLUNTEER = N_("All right. “/buddy pause” gives you a longer rest.")
GLAD = N_("Glad to hear it!")
NO_HARM = N_("No harm done. “/buddy find” finds you somebody new.")
THANKS = N_("Thank you for telling us.")
ANOTHER_SOON = N_("We are looking for somebody new.")
SPY_ON, SPY_OFF = N_("Spies and pen pals it is 🕵️"), N_("Plain words from now on.")
GREETS_ON, GREETS_OFF = N_("Newcomers are greeted."), N_("Newcomers are not greeted.")
I_AM_BUDDY = N_("You are a buddy with {load} of {capacity} newcomers.")
I_AM_PAUSED = N_("You are a buddy, but paused. “/buddy resume” brings you back.")
I_WAIT = N_("You are in the queue for a buddy.")
I_HAVE = N_("You and {other}: introduced.")
I_AM_ASKED = N_("You and {other}: an introduction waits for an answer.")
FOR_MODS = N_("Newcomers waiting: {waiting}. Buddies with time: {free}.")

LANGUAGES = N_("Languages you can write, such as “en zh”")
INTERESTS = N_("What you like, with commas between: cats, hiking")
ZONE = N_("Your time zone, such as Asia/Shanghai; your side's if you leave it out")
CAPACITY = N_("How many newcomers at a time")
ABOUT = N_("What you like, your languages, your time zone: cats, hiking, en zh, Europe/London")
MEMBER = N_("Who; your latest buddy if you leave it out")
THEME = N_("How newcomers are greeted")
STATE = N_("On or off")
