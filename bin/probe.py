"""Asks this container's web server for a path, under the address that people type: exit code 0 when it answers 200."""

import http.client
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent


def main(path: str) -> int:
    sys.path[0] = str(ROOT)
    from portal import config

    port = config.Variables(os.environ).take("PORT", config.port_number, 8000)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=4)
    connection.request("GET", path, headers={"Host": urlsplit(config.public_url(os.environ)).netloc})
    return 0 if connection.getresponse().status == 200 else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
