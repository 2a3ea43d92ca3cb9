"""Teams, their categories, their members, and which team an occasion is of.

Categories are never deleted, only hidden, and eight of them are the standing
ones, in the order of the city's rules. Nobody belongs to a team twice on one day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

STANDING = {
    "policy": "政策宣讲",
    "culture": "文化艺术",
    "schooling": "助学支教",
    "health": "医疗健康",
    "science": "科学普及",
    "law": "法律服务",
    "environment": "卫生环保",
    "poverty": "扶贫帮困",
}
SPECIAL = {
    "traffic": "文明交通",
    "epidemic": "抗疫先锋",
    "counselling": "心理疏导",
    "transport": "应急运输",
    "homeowners": "帮扶业主",
    "heating": "冬季供暖",
}

OVERLAP = """
    SELECT 1 FROM team_memberships
    WHERE team_id = NEW.team_id AND participant_id = NEW.participant_id AND id <> NEW.id
        AND (left_on IS NULL OR NEW.joined_on < left_on)
        AND (NEW.left_on IS NULL OR joined_on < NEW.left_on)
        AND (left_on IS NULL OR joined_on < left_on)
        AND (NEW.left_on IS NULL OR NEW.joined_on < NEW.left_on)
"""
IS_OTHER_CATEGORY = (
    "OLD.code <> NEW.code OR OLD.is_standing <> NEW.is_standing OR OLD.position <> NEW.position"
)

POSTGRESQL = (
    f"""
    CREATE FUNCTION refuse_membership_twice() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_advisory_xact_lock(
            hashtextextended(NEW.team_id::text || NEW.participant_id::text, 61)
        );
        -- A statement of its own, so that it sees what was committed while this waited.
        IF EXISTS ({OVERLAP}) THEN
            RAISE EXCEPTION 'nobody belongs to a team twice on one day'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'membership_once';
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER team_memberships__once BEFORE INSERT OR UPDATE ON team_memberships
    FOR EACH ROW EXECUTE FUNCTION refuse_membership_twice()
    """,
    f"""
    CREATE FUNCTION check_category_kept() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {IS_OTHER_CATEGORY} THEN
            RAISE EXCEPTION 'a category of teams stays what it is'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END IF;
        RETURN NEW;
    END
    $$
    """,
    """
    CREATE TRIGGER team_categories__kept BEFORE UPDATE ON team_categories
    FOR EACH ROW EXECUTE FUNCTION check_category_kept()
    """,
    """
    CREATE TRIGGER team_categories__no_delete BEFORE DELETE OR TRUNCATE ON team_categories
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
    """,
)
SQLITE = (
    *(
        f"""
        CREATE TRIGGER team_memberships__once_on_{change} BEFORE {change} ON team_memberships
        WHEN EXISTS ({OVERLAP})
        BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: membership_once'); END
        """
        for change in ("insert", "update")
    ),
    f"""
    CREATE TRIGGER team_categories__kept BEFORE UPDATE ON team_categories
    WHEN {IS_OTHER_CATEGORY}
    BEGIN SELECT RAISE(ABORT, 'a category of teams stays what it is'); END
    """,
    """
    CREATE TRIGGER team_categories__no_delete BEFORE DELETE ON team_categories
    BEGIN SELECT RAISE(ABORT, 'a category of teams is hidden, never deleted'); END
    """,
)


def upgrade():
    make_categories()
    make_teams()
    make_memberships()
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE if is_sqlite else POSTGRESQL:
        op.execute(statement)
    with op.batch_alter_table("occasions") as table:
        table.add_column(sa.Column("team_id", sa.Uuid(), nullable=True))
        table.create_foreign_key("fk_occasions__team_id", "teams", ["team_id"], ["id"])
    op.create_index("ix_occasions__team_id", "occasions", ["team_id"])


def make_categories():
    categories = op.create_table(
        "team_categories",
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("is_standing", sa.Boolean(), nullable=False),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("node_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "is_standing = (position <= 8)", name=op.f("ck_team_categories__eight_are_standing")
        ),
        sa.CheckConstraint("position > 0", name=op.f("ck_team_categories__position_positive")),
        sa.CheckConstraint(
            "NOT is_standing OR node_id IS NULL",
            name=op.f("ck_team_categories__standing_everywhere"),
        ),
        sa.ForeignKeyConstraint(["node_id"], ["nodes.id"], name="fk_team_categories__node_id"),
        sa.PrimaryKeyConstraint("code", name="pk_team_categories"),
        sa.UniqueConstraint("position", name="uq_team_categories__position"),
    )
    op.bulk_insert(
        categories,
        [
            {
                "code": code,
                "name": name,
                "is_standing": code in STANDING,
                "is_hidden": False,
                "position": position,
            }
            for position, (code, name) in enumerate((STANDING | SPECIAL).items(), start=1)
        ],
    )


def make_teams():
    op.create_table(
        "teams",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("category_code", sa.String(length=24), nullable=False),
        sa.Column("home_node_id", sa.Uuid(), nullable=False),
        sa.Column("home_node_path", sa.String(length=48), nullable=False),
        sa.Column("leader_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["category_code"], ["team_categories.code"], name="fk_teams__category_code"
        ),
        sa.ForeignKeyConstraint(["home_node_id"], ["nodes.id"], name="fk_teams__home_node_id"),
        sa.ForeignKeyConstraint(["leader_id"], ["participants.id"], name="fk_teams__leader_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teams"),
        sa.UniqueConstraint("home_node_id", "name", name="uq_teams__home_node_id_name"),
    )
    op.create_index("ix_teams__home_node_path", "teams", ["home_node_path"])


def make_memberships():
    op.create_table(
        "team_memberships",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("added_by", sa.String(length=64), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=64), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "left_on >= joined_on", name=op.f("ck_team_memberships__left_after_joining")
        ),
        sa.CheckConstraint(
            "(left_on IS NULL) = (ended_at IS NULL)",
            name=op.f("ck_team_memberships__end_says_when"),
        ),
        sa.CheckConstraint(
            "(left_on IS NULL) = (ended_by IS NULL)",
            name=op.f("ck_team_memberships__end_says_who"),
        ),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_team_memberships__team_id"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name="fk_team_memberships__participant_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_team_memberships"),
    )
    op.create_index(
        "ix_team_memberships__team_joined", "team_memberships", ["team_id", "joined_on", "id"]
    )
    op.create_index("ix_team_memberships__participant_id", "team_memberships", ["participant_id"])
    op.create_index(
        "uq_team_memberships__current",
        "team_memberships",
        ["team_id", "participant_id"],
        unique=True,
        postgresql_where=sa.text("left_on IS NULL"),
        sqlite_where=sa.text("left_on IS NULL"),
    )


def downgrade():
    op.drop_index("ix_occasions__team_id", "occasions")
    with op.batch_alter_table("occasions") as table:
        table.drop_constraint("fk_occasions__team_id", type_="foreignkey")
        table.drop_column("team_id")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if is_sqlite:
        # Or dropping the table would be refused: SQLite deletes its rows first.
        op.execute("DROP TRIGGER team_categories__no_delete")
    op.drop_table("team_memberships")
    op.drop_table("teams")
    op.drop_table("team_categories")
    if not is_sqlite:
        op.execute("DROP FUNCTION refuse_membership_twice()")
        op.execute("DROP FUNCTION check_category_kept()")
