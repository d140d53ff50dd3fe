"""What people are called whose erasure is not yet ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("erasures", sa.Column("names", sa.JSON(none_as_null=True), nullable=True))
