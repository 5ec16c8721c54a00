"""Replies keep living: edits, held removals, moderation, and what happened while the bot was away."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("guard", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(), nullable=True),
        sa.Column("due_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_removals_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removals")),
    )
    op.create_index(op.f("ix_removals_subscription_id"), "removals", ["subscription_id"])
    op.create_table(
        "writer_stances",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blog_id", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.BigInteger(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blog_id"], ["blogs.id"], name=op.f("fk_writer_stances_blog_id_blogs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_writer_stances")),
        sa.UniqueConstraint("blog_id", "writer_id", name=op.f("uq_writer_stances_blog_id_writer_id")),
    )
    with op.batch_alter_table("subscriptions") as table:
        table.add_column(sa.Column("away_until", sa.DateTime(), nullable=True))
    with op.batch_alter_table("announcements") as table:
        table.add_column(sa.Column("relaying_stopped_by", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("caught_up_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("consents") as table:
        table.alter_column("interaction_id", existing_type=sa.BigInteger(), nullable=True)
        table.add_column(sa.Column("edited_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("relays") as table:
        table.add_column(sa.Column("edited_at", sa.DateTime(), nullable=True))
        table.add_column(sa.Column("is_own_text", sa.Boolean(), nullable=False, server_default="0"))
        for name in ("edit_state", "edit_source", "edit_html", "edit_hash"):
            table.add_column(sa.Column(name, sa.Text(), nullable=True))
        table.add_column(sa.Column("edit_decided_by", sa.BigInteger(), nullable=True))
        for name in ("edit_decided_at", "checked_at", "asked_again_at"):
            table.add_column(sa.Column(name, sa.DateTime(), nullable=True))
        table.add_column(sa.Column("removal_id", sa.Integer(), nullable=True))
        table.create_index(op.f("ix_relays_removal_id"), ["removal_id"])
