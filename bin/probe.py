"""Asks this container's web server for a path, under the address that people type: exit code 0 when it answers 200."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main(path: str) -> int:
    port = int(os.environ.get("PORT", "8000"))
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).netloc or f"127.0.0.1:{port}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    connection.request("GET", path, headers={"Host": host})
    return 0 if connection.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
