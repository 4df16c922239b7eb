"""`citiesshare scoring serve`."""


def serve() -> None:
    """Run the scoring service until it is told to stop; every setting is an environment variable.

    citiesshare scoring serve
    """
    from services.scoring.settings import Settings
    from shared.http.server import prepare

    settings = prepare("scoring", Settings)
    # Imported after the settings: it takes seconds, and a wrong setting is told at once.
    from services.scoring.app import create
    from shared.http.asgi import serve

    serve(create(settings), settings)
