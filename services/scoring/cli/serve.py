"""`citiesshare scoring serve`."""


def serve() -> None:
    """Run the scoring service until it is told to stop; every setting is an environment variable.

    citiesshare scoring serve
    """
    # Imported here: the offline commands start without a broker, a store or a web server.
    from services.scoring.app import SERVICE, create
    from services.scoring.settings import Settings
    from shared.http.server import run

    run(SERVICE, Settings, create)
