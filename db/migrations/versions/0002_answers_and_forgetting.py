"""Forgetting members, readers' comments in the threads, and members' suggestions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "forget_requests",
        sa.Column("member_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_forget_requests")),
    )
    op.create_table(
        "forgotten_marks",
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_forgotten_marks")),
    )
    with op.batch_alter_table("blogs") as batch_op:
        batch_op.add_column(sa.Column("newest_comment_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("comments_looked_at", sa.DateTime(), nullable=True))
    with op.batch_alter_table("subscriptions") as batch_op:
        batch_op.add_column(sa.Column("mirror", sa.Text(), server_default="answers", nullable=False))
    _let_ledger_know_mirrors()
    _add_mirrors()
    _add_suggestions()


def _let_ledger_know_mirrors() -> None:
    with op.batch_alter_table("ledger") as batch_op:
        batch_op.add_column(sa.Column("mirror_id", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.drop_constraint("uq_ledger_purpose_announcement_id_relay_id_subscription_id", type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_ledger_purpose_announcement_id_relay_id_subscription_id_mirror_id"),
            ["purpose", "announcement_id", "relay_id", "subscription_id", "mirror_id"],
        )


def _add_mirrors() -> None:
    op.create_table(
        "blog_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("blog_id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_comment_id", sa.BigInteger(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("checked_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["blog_id"], ["blogs.id"], name=op.f("fk_blog_comments_blog_id_blogs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blog_comments")),
        sa.UniqueConstraint("blog_id", "comment_id", name=op.f("uq_blog_comments_blog_id_comment_id")),
    )
    op.create_index(op.f("ix_blog_comments_blog_id_post_id"), "blog_comments", ["blog_id", "post_id"])
    op.create_table(
        "mirrors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("relay_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("gone_message_id", sa.BigInteger(), nullable=True),
        sa.Column("guard", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_mirrors_announcement_id_announcements"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrors")),
    )
    op.create_index(op.f("ix_mirrors_announcement_id"), "mirrors", ["announcement_id"])
    op.create_index(op.f("ix_mirrors_relay_id"), "mirrors", ["relay_id"])
    op.create_index(op.f("ix_mirrors_gone_message_id"), "mirrors", ["gone_message_id"])
    op.create_table(
        "mirrored_comments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("announcement_id", sa.Integer(), nullable=False),
        sa.Column("blog_comment_id", sa.Integer(), nullable=False),
        sa.Column("mirror_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_mirrored_comments_announcement_id_announcements"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["blog_comment_id"],
            ["blog_comments.id"],
            name=op.f("fk_mirrored_comments_blog_comment_id_blog_comments"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["mirror_id"], ["mirrors.id"], name=op.f("fk_mirrored_comments_mirror_id_mirrors"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mirrored_comments")),
        sa.UniqueConstraint(
            "announcement_id", "blog_comment_id", name=op.f("uq_mirrored_comments_announcement_id_blog_comment_id")
        ),
    )
    op.create_index(op.f("ix_mirrored_comments_blog_comment_id"), "mirrored_comments", ["blog_comment_id"])
    op.create_index(op.f("ix_mirrored_comments_mirror_id"), "mirrored_comments", ["mirror_id"])
    op.create_table(
        "answer_pings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("writer_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_pings")),
        sa.UniqueConstraint("guild_id", "writer_id", name=op.f("uq_answer_pings_guild_id_writer_id")),
    )


def _add_suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("writer_id", sa.BigInteger(), nullable=False),
        sa.Column("writer_name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("parent_message_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("guard", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_suggestions_subscription_id_subscriptions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint("message_id", name=op.f("uq_suggestions_message_id")),
    )
    for column in ("guild_id", "subscription_id", "thread_id", "writer_id"):
        op.create_index(op.f(f"ix_suggestions_{column}"), "suggestions", [column])
    op.create_table(
        "suggested_by",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("suggestion_id", sa.Integer(), nullable=False),
        sa.Column("guild_id", sa.BigInteger(), nullable=False),
        sa.Column("member_id", sa.BigInteger(), nullable=False),
        sa.Column("suggested_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["suggestion_id"],
            ["suggestions.id"],
            name=op.f("fk_suggested_by_suggestion_id_suggestions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggested_by")),
        sa.UniqueConstraint("suggestion_id", "member_id", name=op.f("uq_suggested_by_suggestion_id_member_id")),
    )
    op.create_index(op.f("ix_suggested_by_member_id"), "suggested_by", ["member_id"])
