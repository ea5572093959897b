"""A minimal GET with httpx, to compare `smsgw messages list` with."""

import os

import httpx

answer = httpx.get(
    os.environ["SMSGW_SERVER"] + "/api/v1/messages",
    headers={"Authorization": f"Bearer {os.environ['SMSGW_TOKEN']}"},
)
print(answer.text)
