"""A linked channel that moved keeps the id that the configuration file knows it by."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("relay_channels", sa.Column("declared_as", sa.String(length=100), nullable=True))
