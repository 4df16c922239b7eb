"""`citiesshare notifications serve` and `serve-pages`."""


def serve() -> None:
    """Run the notifications service until it is told to stop; every setting is an environment variable.

    citiesshare notifications serve
    """
    from services.notifications.settings import Settings
    from shared.http.server import prepare

    settings = prepare("notifications", Settings)
    # Imported after the settings: it takes seconds, and a wrong setting is told at once.
    from services.notifications.app import create
    from shared.http.asgi import serve

    serve(create(settings), settings)


def serve_pages() -> None:
    """Serve the pages of letters and the desk alone, so that readers never slow letters.

    It consumes no queue, sends no letter and takes no mail: `serve` does, and serves the pages, too. Run as
    many as the readers need; settings are the same.

    citiesshare notifications serve-pages
    """
    from services.notifications.settings import Settings
    from shared.http.server import prepare

    settings = prepare("pages", Settings)
    # Imported after the settings: it takes seconds, and a wrong setting is told at once.
    from services.notifications.app import create_pages
    from shared.http.asgi import serve

    serve(create_pages(settings), settings)
