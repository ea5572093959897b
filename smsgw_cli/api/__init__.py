"""The HTTP client of the gateway's REST API: transports, pacing, retries, paging."""

import sys

# If click is installed (uvicorn depends on it), httpx imports its own command line, including
# rich and pygments: 60 ms. An entry of None makes that import fail, which httpx handles.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
