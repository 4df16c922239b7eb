"""Checks on the operators' port whether the service in this container is live or ready, without curl.

python -m citiesshare.healthcheck live|ready
"""

import os
import sys
import urllib.error
import urllib.request

PATHS = {"live": "/health/live", "ready": "/health/ready"}
SECONDS = 6.0


def answers(url: str) -> bool:
    """Return whether ``url`` answers 200 within ``SECONDS``, without a proxy."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def main() -> None:
    """Exit with 0 if the check succeeds, 1 if it fails, 2 for wrong arguments."""
    check = sys.argv[1] if len(sys.argv) == 2 else ""
    if check not in PATHS:
        sys.stderr.write("python -m citiesshare.healthcheck live|ready\n")
        raise SystemExit(2)
    port = os.environ.get("OPERATIONS_PORT", "8001")
    raise SystemExit(0 if answers(f"http://127.0.0.1:{port}{PATHS[check]}") else 1)


if __name__ == "__main__":
    main()
