"""The extensions, not yet bound to an app."""

from typing import TYPE_CHECKING

from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from imageapp.database import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True)
login_manager = LoginManager()
csrf = CSRFProtect()
migrate = Migrate()

if TYPE_CHECKING:

    class Model(Base):
        """What `db.Model` is: Flask-SQLAlchemy makes it at run time, where a type checker cannot follow."""

        __abstract__ = True
else:
    Model = db.Model
