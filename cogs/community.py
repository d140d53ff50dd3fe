"""/community: which features a community has on, and where its sides live."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from bot.cog import Choice, Cog, Context, Describe, Host, Reply, command
from bot.core.errors import Refused
from bot.core.language import base
from bot.core.richtext import RichText, Style, join
from bot.i18n import N_
from bot.preferences import SIDES

FEATURE = N_("The feature to switch")
STATE = N_("On or off")
SIDE = N_("The side that lives there")
ZONE = N_("A time zone's name, such as Asia/Shanghai or America/New_York")
FEATURE_LINE = N_("• {name} ({what}): {state}")
SIDE_LINE = N_("• {side}: {time} ({zone})")
ON, OFF = N_("on"), N_("off")
NO_FEATURE = N_("There is no feature “{name}”. These can be switched: {names}.")
NO_ZONE = N_("There is no time zone “{name}”. Write it like Asia/Shanghai or America/New_York.")
SWITCHED_ON = N_("“{name}” is on from now on.")
SWITCHED_OFF = N_("“{name}” is off from now on. Nothing it has kept is lost.")
ZONE_SET = N_("The {side} side's clock is now {zone}; it is {time} there.")
OUT_OF_BOUNDS = N_("That must be between 1 and {most}.")
SET = N_("{what}: {value}")
SIDE_NAMES = {"en": N_("English"), "zh": N_("Chinese")}


@dataclass(frozen=True, slots=True)
class Limit:
    label: str
    most: int


LIMITS = {
    "ask.expires_days": Limit(N_("Days until a question of /ask expires"), 14),
    "compare.hours": Limit(N_("Hours until a comparison closes"), 168),
    "buddy.batch_minutes": Limit(N_("Minutes a newcomer waits for a match"), 120),
    "buddy.escalate_hours": Limit(N_("Hours until the moderators hear of a waiting newcomer"), 72),
}


class Community(Cog):
    name = "community"
    group = "community"
    describe = N_("What this community has switched on, and its sides' time zones")

    @command("show", N_("What is on here, and what time it is on each side"))
    async def show(self, ctx: Context) -> Reply:
        relay = ctx.relay()
        lines = [RichText.styled(relay.name, Style.BOLD)]
        for cog in self._features():
            state = ON if self.host.preferences.is_on(relay, cog.name) else OFF
            what = ctx.t(cog.describe)
            lines.append(
                RichText(ctx.t(FEATURE_LINE, name=cog.name, what=what, state=ctx.t(state)))
            )
        for language in SIDES:
            zone = self.host.preferences.zone(relay, language)
            name = ctx.t(SIDE_NAMES[language])
            lines.append(RichText(ctx.t(SIDE_LINE, side=name, time=self._time(zone), zone=zone)))
        return Reply(join(lines, "\n"))

    @command("switch", N_("Switch a feature on or off"), for_mods=True)
    async def switch(
        self,
        ctx: Context,
        feature: Annotated[str, Describe(FEATURE, minimum=1, maximum=40)],
        state: Annotated[str, Describe(STATE, choices=(Choice("on", ON), Choice("off", OFF)))],
    ) -> Reply:
        relay = ctx.relay()
        name = feature.strip().casefold().replace("-", "_").replace(" ", "_")
        names = [cog.name for cog in self._features()]
        if name not in names:
            raise Refused(NO_FEATURE, name=feature[:40], names=tuple(names))
        await self.host.preferences.put(relay, f"{name}.is_on", state == "on")
        told = SWITCHED_ON if state == "on" else SWITCHED_OFF
        return Reply(ctx.t(told, name=name), is_private=False)

    @command("zone", N_("Say in which time zone a side lives"), for_mods=True)
    async def zone(
        self,
        ctx: Context,
        language: Annotated[
            str, Describe(SIDE, choices=tuple(Choice(key, SIDE_NAMES[key]) for key in SIDES))
        ],
        zone: Annotated[str, Describe(ZONE, minimum=1, maximum=60)],
    ) -> Reply:
        relay = ctx.relay()
        by_name = {name.casefold(): name for name in available_timezones()}
        found = by_name.get(zone.strip().casefold().replace(" ", "_"))
        if found is None:
            raise Refused(NO_ZONE, name=zone[:60])
        await self.host.preferences.put(relay, f"community.zone.{base(language)}", found)
        name = ctx.t(SIDE_NAMES[base(language)])
        told = ctx.t(ZONE_SET, side=name, zone=found, time=self._time(found))
        return Reply(told, is_private=False)

    @command("set", N_("Change how long things take"), for_mods=True)
    async def set(
        self,
        ctx: Context,
        what: Annotated[
            str,
            Describe(
                N_("What to change"),
                choices=tuple(Choice(name, LIMITS[name].label) for name in LIMITS),
            ),
        ],
        value: Annotated[int, Describe(N_("A whole number"), minimum=1, maximum=1000)],
    ) -> Reply:
        relay = ctx.relay()
        limit = LIMITS[what]
        if not 1 <= value <= limit.most:
            raise Refused(OUT_OF_BOUNDS, most=limit.most)
        await self.host.preferences.put(relay, what, value)
        told = ctx.t(SET, what=ctx.t(limit.label), value=value)
        return Reply(told, is_private=False)

    def _time(self, zone: str) -> str:
        return (
            self.host.clock.now().replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M")
        )

    def _features(self) -> list[Cog]:
        return [cog for cog in self.host.cogs() if cog.is_optional]


async def setup(host: Host) -> None:
    host.add_cog(Community(host))
