// Makes requests with fetch, in Node.js and in browsers.

export async function answersTo(plan) {
  const answers = [];
  for (const each of plan.requests) {
    const url = new URL(plan.url + each.path);
    for (const [name, value] of Object.entries(each.query)) {
      url.searchParams.append(name, value);
    }
    try {
      const response = await fetch(url, {
        method: each.method,
        headers: { Authorization: `Bearer ${plan.token}`, ...each.headers },
        body: each.body === null ? undefined : JSON.stringify(each.body),
      });
      answers.push({ status: response.status, body: await response.text() });
    } catch (error) {
      answers.push({ status: 0, body: String(error) });
    }
  }
  return answers;
}
