"""`citiesshare submissions serve`."""


def serve() -> None:
    """Run the submissions service until it is told to stop; every setting is an environment variable.

    citiesshare submissions serve
    """
    # Imported here: the offline commands start without a broker, a store or a web server.
    from services.submissions.app import SERVICE, create
    from services.submissions.settings import Settings
    from shared.http.server import run

    run(SERVICE, Settings, create)
