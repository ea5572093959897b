"""The least that one GET takes with httpx: what `smsgw messages list` is compared with."""

import os

import httpx

answer = httpx.get(
    os.environ["SMSGW_SERVER"] + "/api/v1/messages",
    headers={"Authorization": f"Bearer {os.environ['SMSGW_TOKEN']}"},
)
print(answer.text)
