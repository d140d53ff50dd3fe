"""Who may moderate where an interaction happens. Pure: Discord sends the rights along with it."""

from __future__ import annotations

import discord


def is_mod(interaction: discord.Interaction) -> bool:
    """By the rights in this channel or thread, at this moment; none in private messages."""
    rights = interaction.permissions
    return interaction.guild_id is not None and (rights.manage_channels or rights.administrator)
