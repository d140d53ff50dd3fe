"""How a word sounds to those who say it: what the register of a note may be, in words."""

from bot.i18n import N_

REGISTERS = (
    N_("neutral"),
    N_("internet"),
    N_("playful"),
    N_("ironic"),
    N_("cold"),
    N_("rude"),
    N_("polite"),
    N_("intimate"),
    N_("dated"),
    N_("regional"),
    N_("gaming"),
    N_("fandom"),
    N_("dating"),
    N_("shopping"),
    N_("school"),
    N_("work"),
    N_("emoji"),
)
