"""`healthy.py PORT PATH`: exit code 0 if this container answers there with 200. For images, which have no curl."""

from __future__ import annotations

import http.client
import sys

if __name__ == "__main__":
    try:
        asked = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=4)
        asked.request("GET", sys.argv[2])
        sys.exit(asked.getresponse().status != http.client.OK)
    except (OSError, http.client.HTTPException):
        sys.exit(1)
