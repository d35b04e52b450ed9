"""imageapp: a self-hosted image host with plans."""

from flask import Flask

from imageapp import assets, cli, config, gate, health, keys, moulds, pages, routing, sessions, speaking
from imageapp.accounts.views import bp as accounts_pages
from imageapp.admin import dashboard
from imageapp.application import Application
from imageapp.clock import Clock, system_clock
from imageapp.extensions import csrf, db, login_manager, migrate
from imageapp.house import House
from imageapp.images import choosing_views, gallery_views, picture_views, shortcut, upload_views
from imageapp.images.trash_views import bp as trash_pages
from imageapp.imaging.formats import Decoder, Limits
from imageapp.imaging.room import Room
from imageapp.imaging.worker import AT_ONCE, WorkerDecoder
from imageapp.languages import Languages
from imageapp.links.tokens import LinkSigner
from imageapp.links.views import bp as links_pages
from imageapp.storage.disk import DiskStore
from imageapp.storage.store import Store


def create_app(
    settings: config.Settings | None = None,
    *,
    clock: Clock = system_clock,
    store: Store | None = None,
    decoder: Decoder | None = None,
    languages: Languages | None = None,
) -> Flask:
    """The app, wired. Without settings they are read from the environment, which may raise SettingsError.

    The schema is not touched: `imageapp.migrating` does that before anything serves.
    """
    settings = settings or config.read()
    key = settings.secret_key or keys.secret_key(settings.instance)
    keys.make_private_folder(settings.spool)

    app = Application(__name__, None, "../static", template_folder="../templates", instance_path=str(settings.instance))
    app.config.from_mapping(sessions.flask_settings(settings, key))
    app.url_map.converters["id"] = routing.PublicId
    signer = LinkSigner(key, settings.secret_key_fallbacks)
    limits = Limits(settings.max_pixels, settings.max_pixels_whole, settings.max_side)
    room = Room(settings.spool, settings.processes)
    decoder = decoder or WorkerDecoder(limits, at_once=AT_ONCE, room=room, engine=settings.imaging_engine)
    app.extensions["house"] = house = House(settings, store or DiskStore(settings.pictures), signer, decoder, clock)

    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.CHECKOUT / "migrations"))
    login_manager.init_app(app)
    csrf.init_app(app)

    speaking.install(app, spoken := languages or Languages())
    pages.install(app, settings)
    gate.install(app)
    cookies = sessions.install(app, settings)
    assets.install(app)
    drawn = moulds.install(app)

    # One, whose views stand in several files.
    images_pages = {choosing_views.bp, gallery_views.bp, picture_views.bp, upload_views.bp}
    for room in (health.bp, accounts_pages, *images_pages, trash_pages, links_pages):
        app.register_blueprint(room)
    dashboard.install(app)
    cli.install(app)
    shortcut.install(app, house, cookies, drawn, spoken)
    return app
