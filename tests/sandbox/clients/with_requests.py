"""Makes requests with requests: a plan as JSON on standard input, answers on the output."""

import json
import sys

import requests

plan = json.load(sys.stdin)
answers = []
for each in plan["requests"]:
    response = requests.request(
        each["method"],
        plan["url"] + each["path"],
        params=each["query"],
        json=each["body"],
        headers={"Authorization": f"Bearer {plan['token']}", **each["headers"]},
    )
    answers.append({"status": response.status_code, "body": response.text})
print(json.dumps(answers))
