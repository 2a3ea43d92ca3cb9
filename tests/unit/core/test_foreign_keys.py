"""A statement may be built before every table is known."""

import sqlalchemy as sa

from rewards.core.db import Base


def test_a_foreign_key_has_its_type_before_its_target_is_known():
    column = sa.Column("other_id", sa.ForeignKey("not_known_yet.id"))
    table = sa.Table("foreign_key_test", Base.metadata, column)
    Base.metadata.remove(table)

    compared = column == sa.bindparam("wanted")

    assert isinstance(compared.right.type, sa.Uuid)
