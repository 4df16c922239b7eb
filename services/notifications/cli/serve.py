"""`citiesshare notifications serve`."""


def serve() -> None:
    """Run the notifications service until it is told to stop; every setting is an environment variable.

    citiesshare notifications serve
    """
    # Imported here: the offline commands start without a broker, a store or a web server.
    from services.notifications.app import SERVICE, create
    from services.notifications.settings import Settings
    from shared.http.server import run

    run(SERVICE, Settings, create)
