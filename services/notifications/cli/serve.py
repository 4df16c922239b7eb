"""`citiesshare notifications serve` and `serve-pages`."""


def serve() -> None:
    """Run the notifications service until it is told to stop; every setting is an environment variable.

    citiesshare notifications serve
    """
    # Imported here: the offline commands start without a broker, a store or a web server.
    from services.notifications.app import SERVICE, create
    from services.notifications.settings import Settings
    from shared.http.server import run

    run(SERVICE, Settings, create)


def serve_pages() -> None:
    """Serve the pages of letters and the desk alone, so that readers never slow letters.

    It consumes no queue, sends no letter and takes no mail: `serve` does, and serves the pages, too. Run as
    many as the readers need; settings are the same.

    citiesshare notifications serve-pages
    """
    from services.notifications.app import create_pages
    from services.notifications.settings import Settings
    from shared.http.server import run

    run("pages", Settings, create_pages)
