"""The gateway's REST API: one client, and what may be tried again."""

import sys

# Where click is installed, as the sandbox's server has it, httpx imports its own command line,
# and rich and pygments with it: 60 ms for nothing. An entry of None makes that import fail,
# which httpx is prepared for.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]
