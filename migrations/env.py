"""Run by Alembic: from `imageapp.migrating` with a connection, or from `flask db` with the app's engine."""

from alembic import context
from sqlalchemy import Connection

from imageapp.extensions import db
from imageapp.links import models  # noqa: F401 - brings in every table by what it builds on


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_as_batch=True,
        transactional_ddl=True,
        compare_type=True,
        user_module_prefix="",
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with db.engine.connect() as own:
        run(own)
        own.commit()
