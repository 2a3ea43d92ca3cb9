"""What stands on a shelf never becomes giving, nor the other way round."""

from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

CROSSES = "(NEW.kind = 'giving') <> (OLD.kind = 'giving')"
MESSAGE = "a reward item keeps its shelf"
# What was turned into giving gets its shelf back, off the list: nobody set a price for it.
GIVE_BACK = """
    UPDATE rewards SET kind = 'goods', is_listed = FALSE
    WHERE kind = 'giving'
    AND EXISTS (SELECT 1 FROM stock_movements m WHERE m.reward_id = rewards.id)
"""


def upgrade():
    op.execute(GIVE_BACK)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER rewards__keeps_shelf BEFORE UPDATE OF kind ON rewards"
            f" WHEN {CROSSES} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        f"""
        CREATE FUNCTION refuse_other_shelf() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '{MESSAGE}'
                USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER rewards__keeps_shelf BEFORE UPDATE OF kind ON rewards"
        f" FOR EACH ROW WHEN ({CROSSES}) EXECUTE FUNCTION refuse_other_shelf()"
    )


def downgrade():
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER rewards__keeps_shelf")
        return
    op.execute("DROP TRIGGER rewards__keeps_shelf ON rewards")
    op.execute("DROP FUNCTION refuse_other_shelf()")
