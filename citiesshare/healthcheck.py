"""Asks the service in this container, on its operators' port, whether it is live or ready: no curl is needed.

python -m citiesshare.healthcheck live|ready
"""

import os
import sys
import urllib.error
import urllib.request

PATHS = {"live": "/health/live", "ready": "/health/ready"}
SECONDS = 6.0


def answers(url: str) -> bool:
    """Return whether ``url`` answers 200 within SECONDS; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=SECONDS) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def main() -> None:
    """Exit 0 where it answers, else 1; 2 where the question is not understood."""
    question = sys.argv[1] if len(sys.argv) == 2 else ""
    if question not in PATHS:
        sys.stderr.write("python -m citiesshare.healthcheck live|ready\n")
        raise SystemExit(2)
    port = os.environ.get("OPERATIONS_PORT", "8001")
    raise SystemExit(0 if answers(f"http://127.0.0.1:{port}{PATHS[question]}") else 1)


if __name__ == "__main__":
    main()
