"""`citiesshare submissions serve`."""


def serve() -> None:
    """Run the submissions service until it is told to stop; every setting is an environment variable.

    citiesshare submissions serve
    """
    from services.submissions.settings import Settings
    from shared.http.server import prepare

    settings = prepare("submissions", Settings)
    # Imported after the settings: it takes seconds, and a wrong setting is told at once.
    from services.submissions.app import create
    from shared.http.asgi import serve

    serve(create(settings), settings)
