// The page of the sandbox. It shows texts that strangers wrote: everything is put into the document
// as text (h, below), never as markup, and addresses are made of parts that are encoded.
"use strict";

const LIST_PAGE = 50; // conversations and messages of one request
const MOST_BUBBLES = 600; // more would make scrolling slow; earlier ones are loaded again
const MOST_REQUESTS = 500;
const LONG_TEXT = 2000; // characters of a bubble before "Show all"
const HIDDEN_FOR = 60_000; // ms after which a tab in the background stops listening: browsers allow
// six connections to one address
const STEPS = ["Pending", "Queued", "Processed", "Sent", "Delivered"];
const VIEWS = ["messages", "phones", "campaigns", "requests", "faults"];

// As the gateway words them.
const PRESETS = [
  ["A send is refused", "503 POST /messages/send times=1", "The next one, with 503."],
  ["The answer to a send is lost", "drop-after POST /messages/send times=1", "It was carried out."],
  ["Too many requests", "429 times=3 retry-after=2", "Three times, with Retry-After."],
  ["Slow answers", "latency delay=2", "Two seconds each."],
  ["One in ten fails", "502 rate=0.1", "At random."],
  ["An answer is cut off", "truncated GET rate=0.2", "One list in five."],
  ["A proxy’s error page", "html", "nginx’s 502: HTML instead of JSON."],
  ["A body is too large", "html POST status=413", "nginx’s 413."],
  ["The application is too slow", "varnish POST times=1", "Varnish’s 503; it was carried out."],
  ["Maintenance", "maintenance retry-after=60", "Laravel’s 503, for all requests."],
  ["The token is revoked", "401", "All requests."],
  ["The token is revoked during a run", "401 after=10", "After ten more requests."],
  ["A row is added between two pages", "row-inserted GET times=1", "A copy of the first one."],
  ["A row is deleted between two pages", "row-deleted GET times=1", "The first one."],
  ["Rows of one second in any order", "ties GET", "As SQL without a tie-breaker."],
  ["A page is empty", "empty-page GET times=1 after=1", "The second one, though more are counted."],
  ["A cache answers", "cached GET", "An hour-old copy."],
  ["An answer comes twice", "twice times=1", "The second one unrequested."],
  ["Answers drip", "drip", "Ten bytes a second."],
  ["Answers never end", "endless", "Blanks after the JSON."],
];

// Android's SmsManager and the gateway's own reasons, in words.
const REASONS = {
  RESULT_ERROR_GENERIC_FAILURE: "The phone could not send it, and gave no reason.",
  RESULT_ERROR_RADIO_OFF: "The phone’s radio was off (airplane mode).",
  RESULT_ERROR_NULL_PDU: "The phone could not encode the message.",
  RESULT_ERROR_NO_SERVICE: "The phone had no network.",
  RESULT_ERROR_LIMIT_EXCEEDED: "Android’s limit of messages was reached.",
  RESULT_ERROR_FDN_CHECK_FAILURE: "The number is not among the SIM’s fixed dialing numbers.",
  RESULT_ERROR_SHORT_CODE_NOT_ALLOWED: "The phone’s owner did not allow the short code.",
  RESULT_ERROR_SHORT_CODE_NEVER_ALLOWED: "The phone never sends to this short code.",
  RESULT_RADIO_NOT_AVAILABLE: "The phone’s radio was not available.",
  RESULT_NETWORK_REJECT: "The network rejected it.",
  RESULT_NETWORK_ERROR: "The network failed.",
  RESULT_INVALID_SMSC_ADDRESS: "The SIM’s message center is not set, or is wrong.",
};

// ---------------------------------------------------------------- Text of an SMS

// 3GPP TS 23.038, 6.2.1 and 6.2.1.1: characters of one and of two septets.
const GSM = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const GSM_EXTENDED = new Set("\f^{}\\[~]|€");

/** How a text is sent: {encoding, units, capacity, parts, forced: [[character, position], …]}.
 *
 * 140 octets are 160 septets of GSM-7 or 70 units of UCS-2; in each part of a longer message the
 * header leaves 153 and 67 (3GPP TS 23.040, 9.2.3.24.1). Pairs are not split, nor in UCS-2 grapheme
 * clusters, as phones do it. */
function segments(text) {
  const characters = Array.from(text);
  const forced = [];
  characters.forEach((character, index) => {
    if (!GSM.has(character) && !GSM_EXTENDED.has(character)) forced.push([character, index + 1]);
  });
  const size = forced.length
    ? (character) => character.length
    : (character) => (GSM_EXTENDED.has(character) ? 2 : 1);
  const [alone, joined] = forced.length ? [70, 67] : [160, 153];
  const units = total(characters, size);
  const pieces = forced.length ? clusters(text) : characters;
  const parts = units > alone ? filledParts(pieces, size, joined) : 1;
  const capacity = parts === 1 ? alone : parts * joined;
  return { encoding: forced.length ? "UCS-2" : "GSM-7", units, capacity, parts, forced };
}

function total(pieces, size) {
  return pieces.reduce((sum, piece) => sum + size(piece), 0);
}

function clusters(text) {
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** The number of parts; a cluster that is longer than a part is split all the same. */
function filledParts(pieces, size, joined) {
  let parts = 1;
  let filled = 0;
  for (const whole of pieces) {
    if (filled && filled + size(whole) > joined) {
      parts += 1;
      filled = 0;
    }
    for (const piece of size(whole) > joined ? Array.from(whole) : [whole]) {
      if (filled + size(piece) > joined) {
        parts += 1;
        filled = 0;
      }
      filled += size(piece);
    }
  }
  return parts;
}

function codePoint(character) {
  return "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

function isInvisible(character) {
  return /^[\p{C}\p{Z}\p{M}]$/u.test(character);
}

/** Why a text is UCS-2: "UCS-2 because of ’ (U+2019)". */
function because(forced) {
  const distinct = [...new Set(forced.map(([character]) => character))];
  const [first] = distinct;
  const shown = isInvisible(first) ? codePoint(first) : `${first} (${codePoint(first)})`;
  const more = distinct.length - 1;
  return `because of ${shown}${more ? ` and ${more} more` : ""}`;
}

function partsText({ parts }) {
  return `${count(parts)} part${parts === 1 ? "" : "s"}`;
}

/** Codes of 4 to 8 digits, but no parts of numbers, prices, dates and addresses. */
const CODE = /(?<![\w+.,:/#-])\d{4,8}(?![\w]|[.,:/-]\d)/g;

function codesIn(text) {
  return [...text.matchAll(CODE)].map((match) => match[0]);
}

// ---------------------------------------------------------------- The document

const $ = (id) => document.getElementById(id);

/** An element. Children that are texts become text nodes; `onclick` and the like are listeners. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(
    ...children.flat().filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** A text for those who hear the page. */
function said(text) {
  return h("span", { class: "said" }, text);
}

/** Let `parent` have an element for each item, in order; only what differs is made anew. */
function keyed(parent, items, key, signature, make) {
  const known = new Map();
  for (const child of Array.from(parent.children)) {
    if (child.dataset.key === undefined) child.remove();
    else known.set(child.dataset.key, child);
  }
  let previous = null;
  for (const item of items) {
    const name = String(key(item));
    const mark = signature(item);
    let element = known.get(name);
    known.delete(name);
    if (!element || element.mark !== mark) {
      const fresh = make(item, element);
      fresh.dataset.key = name;
      fresh.mark = mark;
      if (element) {
        keepFocus(element, fresh);
        element.replaceWith(fresh);
      }
      element = fresh;
    }
    const place = previous ? previous.nextSibling : parent.firstChild;
    if (element !== place) parent.insertBefore(element, place);
    previous = element;
  }
  for (const left of known.values()) left.remove();
}

/** Focus in `fresh` what had the focus in `old`, found by its test id. */
function keepFocus(old, fresh) {
  const focused = document.activeElement;
  if (!focused || !old.contains(focused)) return;
  const id = focused.dataset && focused.dataset.testid;
  const again =
    id &&
    (fresh.dataset.testid === id
      ? fresh
      : fresh.querySelector(`[data-testid="${CSS.escape(id)}"]`));
  if (again) requestAnimationFrame(() => again.focus({ preventScroll: true }));
}

const waiting = new Map();

/** Call `action` once in the next frame, however often it is asked for; `delay` ms later at least. */
function soon(action, delay = 0) {
  if (waiting.has(action)) return;
  waiting.set(
    action,
    setTimeout(() => {
      waiting.delete(action);
      action();
    }, delay),
  );
}

/** An action that runs once at a time, and again if it was asked for meanwhile. */
function calmly(action, delay) {
  let running = false;
  let asked = false;
  return async function run() {
    asked = true;
    if (running) return;
    running = true;
    try {
      while (asked) {
        await new Promise((done) => setTimeout(done, delay));
        asked = false;
        await attempt(action);
      }
    } finally {
      running = false;
    }
  };
}

function toast(text) {
  const element = h("p", { class: "toast", "data-testid": "toast" }, text);
  $("toasts").append(element);
  setTimeout(() => element.remove(), 4000);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Not over plain HTTP from another machine: the old way.
    const area = h("textarea", { value: text, readonly: true });
    (button.closest("dialog") || document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  const mark = button.querySelector("use");
  if (mark) {
    mark.setAttribute("href", "#i-check");
    setTimeout(() => mark.setAttribute("href", "#i-copy"), 1500);
  }
  toast("Copied");
}

function copyButton(text, label, testid) {
  const button = h(
    "button",
    { type: "button", class: "copy", "aria-label": label, title: label, "data-testid": testid },
    icon("copy"),
  );
  button.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    copy(text, button);
  });
  return button;
}

// ---------------------------------------------------------------- Words and times

function count(number) {
  return number.toLocaleString("en");
}

function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** A number as people read it: +1 202 555 0123. */
function readable(number) {
  const us = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number);
  return us ? `+1 ${us[1]} ${us[2]} ${us[3]}` : number || "Unknown";
}

const TIME = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const SECONDS = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat("en", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
});
const SHORT_DAY = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const MONTH = new Intl.DateTimeFormat("en", { month: "short", year: "numeric" });

const sameDay = (one, other) => new Date(one).toDateString() === new Date(other).toDateString();
const moment = (at) => `${DAY.format(at)}, ${SECONDS.format(at)}`;

function when(at) {
  const now = gatewayNow();
  if (at === null) return "";
  if (sameDay(at, now)) return TIME.format(at);
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? SHORT_DAY : MONTH).format(
    at,
  );
}

/** A duration in its largest units: 2 d 3 h, 5 min, 12 s. */
function span(ms) {
  const seconds = Math.round(Math.abs(ms) / 1000);
  const units = [
    ["d", 86400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ];
  const start = units.findIndex(([, size]) => seconds >= size);
  if (start < 0) return "0 s";
  const [name, size] = units[start];
  const whole = `${Math.floor(seconds / size)} ${name}`;
  const [nextName, nextSize] = units[start + 1] || ["", 0];
  const rest = nextSize ? Math.floor((seconds % size) / nextSize) : 0;
  return rest ? `${whole} ${rest} ${nextName}` : whole;
}

// ---------------------------------------------------------------- What is known

const state = {
  view: "messages",
  q: "",
  list: [],
  listBefore: null,
  listLoaded: false,
  newest: 0, // the highest id of a message seen
  unread: new Map(),
  chat: null, // {number, messages: Map, before, later, found}
  open: new Set(), // ids of messages whose facts are shown
  whole: new Set(), // ids of long messages that are shown whole
  arrived: new Set(), // ids of messages that arrived while the page was open
  overview: null,
  offset: 0, // ms by which the gateway's clock is ahead of this one
  requests: [],
  openRequest: null,
  faults: [],
  signedIn: false,
  token: null, // as long as the page is open: a gateway that was restarted knows no session
  fault: null,
};

const gatewayNow = () => Date.now() + state.offset;

class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** The JSON of an answer below /__sandbox/. Throws ApiError; a 401 asks to sign in, `again` once. */
async function api(method, path, body, headers = {}, again = false) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
    });
  } catch {
    throw new ApiError(0, "The gateway cannot be reached.");
  }
  const text = await answer.text();
  let found = null;
  try {
    found = text ? JSON.parse(text) : null;
  } catch {
    found = null;
  }
  if (answer.status === 401) {
    if (state.token && !headers.Authorization && !again) {
      await signIn(state.token);
      return api(method, path, body, headers, true);
    }
    askToSignIn();
  }
  if (!answer.ok) {
    const errors = found && found.errors ? Object.values(found.errors).flat() : [];
    throw new ApiError(
      answer.status,
      errors[0] || (found && found.message) || `The gateway responded with ${answer.status}.`,
    );
  }
  return found;
}

/** Do it, and say if it failed; returns whether it worked. */
async function attempt(action) {
  try {
    await action();
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status !== 401) toast(error.message);
    return false;
  }
}

function parameters(values) {
  return new URLSearchParams(
    Object.entries(values).filter(([, value]) => value !== null && value !== ""),
  ).toString();
}

// ---------------------------------------------------------------- Signing in

function askToSignIn() {
  state.signedIn = false;
  state.token = null;
  stopListening();
  $("signin").hidden = false;
  $("bar").inert = $("main").inert = true;
  say("lost", "Not signed in");
}

async function signIn(token) {
  await api("POST", "session", undefined, { Authorization: `Bearer ${token}` });
  state.token = token;
  $("signin").hidden = true;
  $("bar").inert = $("main").inert = false;
  $("signin-error").textContent = "";
  $("token").value = "";
}

/** The token of the link. It is taken out of the address bar and of the history. */
function takeToken() {
  const fragment = location.hash.slice(1);
  if (!fragment || fragment.startsWith("/")) return null;
  history.replaceState(null, "", `${location.pathname}#/messages`);
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

async function begin() {
  const token = takeToken();
  if (token) {
    try {
      await signIn(token);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      $("signin-error").textContent =
        error.status === 401 ? "This token is not the gateway’s." : error.message;
      if (error.status !== 401) askToSignIn();
      return;
    }
  }
  const works = await attempt(loadOverview);
  if (!works) {
    if ($("signin").hidden) setTimeout(begin, 2000); // the gateway is not there, yet
    return;
  }
  state.signedIn = true;
  await route();
  listen();
}

// ---------------------------------------------------------------- Live

let source = null;
let lastEvent = "";
let again = null;
let hiddenTimer = null;

function say(mode, text) {
  $("live").dataset.state = mode;
  $("live").textContent = text;
}

function stopListening() {
  clearTimeout(again);
  if (source) source.close();
  source = null;
}

function listen() {
  stopListening();
  const events = new EventSource(
    lastEvent ? `events?${parameters({ after: lastEvent })}` : "events",
  );
  source = events;
  const on = (name, action) =>
    events.addEventListener(name, (event) => {
      lastEvent = event.lastEventId || lastEvent;
      action(event.data ? JSON.parse(event.data) : {});
    });
  on("hello", () => say("live", "Live"));
  on("messages", ({ data }) => data.forEach(take));
  on("changed", refreshOverview);
  on("requests", refreshRequests);
  on("reload", refreshAll);
  events.addEventListener("error", () => {
    if (source !== events) return;
    say("lost", "Reconnecting");
    if (events.readyState === EventSource.CLOSED) again = setTimeout(resume, 1500); // refused
  });
}

/** Listen again, after finding out whether one is still signed in. */
async function resume() {
  if (await attempt(loadOverview)) listen();
  else if (state.signedIn) again = setTimeout(resume, 1500);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(stopListening, HIDDEN_FOR);
    return;
  }
  if (state.signedIn && !source) listen();
  if (state.chat && state.unread.delete(state.chat.number)) soon(renderList);
});

/** Take a message that is new or has changed. */
function take(message) {
  const isNew = message.id > state.newest;
  state.newest = Math.max(state.newest, message.id);
  if (isNew) {
    state.arrived.add(message.id);
    if (
      message.incoming &&
      (document.hidden || !state.chat || state.chat.number !== message.number)
    ) {
      state.unread.set(message.number, (state.unread.get(message.number) || 0) + 1);
    }
  }
  if (state.q) refreshList();
  else takeIntoList(message, isNew);
  const chat = state.chat;
  if (chat && chat.number === message.number) {
    if (isNew) chat.count += 1;
    if (chat.messages.has(message.id) || (isNew && !chat.later))
      chat.messages.set(message.id, message);
    soon(renderChat);
  }
  if (state.view === "campaigns") refreshOverview();
}

function takeIntoList(message, isNew) {
  const index = state.list.findIndex((each) => each.number === message.number);
  const known = index >= 0 ? state.list[index] : null;
  if (!known && !isNew) return; // on a later page
  if (!known) {
    state.list.unshift({ number: message.number, last: message });
  } else if (message.id >= known.last.id) {
    if (isNew) {
      state.list.splice(index, 1);
      state.list.unshift(known);
    }
    known.last = message;
  }
  soon(renderList);
}

async function reload() {
  state.newest = 0;
  state.requests = [];
  await loadOverview();
  await Promise.all([loadList(), state.chat ? reloadChat() : null]);
  if (state.view === "requests") await loadRequests();
}

const refreshAll = calmly(reload, 200);
const refreshOverview = calmly(async () => {
  await loadOverview();
  if (state.view === "faults") await loadFaults();
}, 200);
/** A request was made: it is shown, or counted by the faults. */
const refreshRequests = calmly(async () => {
  if (state.view === "requests") await loadRequests();
  if (state.view === "faults") await loadFaults();
}, 150);
/** What is found may have changed; not while somebody looks at its further pages. */
const refreshList = calmly(() => (state.list.length > LIST_PAGE ? null : loadList()), 200);

// ---------------------------------------------------------------- Conversations

async function loadList() {
  const q = state.q;
  const found = await api("GET", `conversations?${parameters({ q, limit: LIST_PAGE })}`);
  if (q !== state.q) return; // another search has begun
  takeList(found.data, found.before);
}

function takeList(rows, before) {
  state.list = rows;
  state.listBefore = before;
  state.listLoaded = true;
  for (const each of rows) if (!state.q) state.newest = Math.max(state.newest, each.last.id);
  renderList();
}

let loadingMore = false;

async function loadMore() {
  if (loadingMore || state.listBefore === null) return;
  loadingMore = true;
  await attempt(async () => {
    const q = state.q;
    const found = await api(
      "GET",
      `conversations?${parameters({ q, limit: LIST_PAGE, before: state.listBefore })}`,
    );
    if (q !== state.q) return;
    const known = new Set(state.list.map((each) => each.number));
    state.list.push(...found.data.filter((each) => !known.has(each.number)));
    state.listBefore = found.before;
    renderList();
  });
  loadingMore = false;
}

function renderList() {
  const current = state.chat && state.chat.number;
  keyed(
    $("list"),
    state.list,
    (each) => each.number,
    (each) =>
      JSON.stringify([
        each,
        state.unread.get(each.number),
        each.number === current,
        state.q && 1,
        when(each.last.at),
      ]),
    conversationItem,
  );
  $("list-more").hidden = state.listBefore === null;
  const empty = state.listLoaded && !state.list.length;
  $("list-empty").hidden = !empty;
  if (empty) {
    $("list-empty").replaceChildren(
      state.q ? "Nothing found." : "No messages yet.",
      state.q ? h("button", { class: "button small", onclick: () => search("") }, "Show all") : "",
    );
  }
  const unread = [...state.unread.values()].reduce((sum, each) => sum + each, 0);
  document.title = unread ? `(${unread}) smsgw sandbox` : "smsgw sandbox";
  renderNoChat();
}

function conversationItem(each) {
  const { last } = each;
  const unread = state.unread.get(each.number);
  const current = state.chat && state.chat.number === each.number;
  const code = codesIn(last.text)[0];
  const preview =
    last.text.slice(0, 200).replace(/\s+/g, " ") ||
    (last.attachments.length ? plural(last.attachments.length, "attachment") : "(no text)");
  const failed = last.status === "Failed";
  const href = state.q ? `${chatAddress(each.number)}/${last.id}` : chatAddress(each.number);
  return h(
    "li",
    {},
    h(
      "a",
      {
        href,
        "aria-current": current ? "true" : null,
        "data-testid": "conversation",
        "data-number": each.number,
      },
      h("span", { class: "who", dir: "auto" }, readable(each.number)),
      h("span", { class: "when" }, when(last.at)),
      h(
        "span",
        { class: "what" },
        icon(last.incoming ? "in" : "out"),
        said(last.incoming ? "received:" : "sent:"),
        h("span", {}, preview),
      ),
      h(
        "span",
        { class: "mark" },
        failed
          ? h("span", { class: "status bad" }, "Failed")
          : !last.incoming && last.status !== "Delivered"
            ? last.status
            : "",
        code ? h("span", { class: "pill good", "data-testid": "list-code" }, code) : "",
        unread
          ? h("span", { class: "unread", "data-testid": "unread" }, String(unread), said(" unread"))
          : "",
      ),
    ),
  );
}

const chatAddress = (number) => `#/messages/${encodeURIComponent(number)}`;

function renderNoChat() {
  const none = $("chat-none");
  none.hidden = state.chat !== null;
  if (state.chat !== null || !state.listLoaded) return;
  const blank = !state.list.length && !state.q;
  const mark = blank ? "blank" : "choose";
  if (none.dataset.shown === mark) return;
  none.dataset.shown = mark;
  const big = icon("messages");
  big.classList.add("big");
  none.replaceChildren(
    ...(blank
      ? [
          big,
          h("h2", {}, "Nothing sent yet"),
          h("p", {}, "Send a message to this gateway, and it appears here as it happens:"),
          snippet(firstRequest(), "Copy the command", "first-request"),
          h("p", {}, "Or write as anyone: press ", h("kbd", {}, "n"), "."),
        ]
      : [big, h("p", {}, "Choose a conversation, or press ", h("kbd", {}, "j"), ".")]),
  );
}

function firstRequest() {
  return `curl ${location.origin}/api/v1/messages/send \\\n  -H "Authorization: Bearer $TOKEN" -H 'Accept: application/json' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"mobile_numbers": ["+12025550123"], "message": "Your code is 482913"}'`;
}

function snippet(text, label, testid) {
  return h(
    "div",
    { class: "snippet" },
    h(
      "pre",
      { "data-testid": testid, tabindex: "0", "aria-label": label.replace(/^Copy /, "") },
      text,
    ),
    copyButton(text, label, testid && `${testid}-copy`),
  );
}

let searchTimer = null;

function search(text) {
  $("search").value = text;
  state.q = text.trim();
  clearTimeout(searchTimer);
  searchTimer = setTimeout(() => attempt(loadList), 150);
  if (state.chat) renderChat();
}

// ---------------------------------------------------------------- One conversation

async function openChat(number, found) {
  const same = state.chat && state.chat.number === number;
  if (same && !found) return;
  state.unread.delete(number);
  if (!same) $("reply").value = "";
  await attempt(() => loadChat(number, found));
}

/** The newest messages with a number, or those up to the one with the id `found`. */
async function loadChat(number, found) {
  const id = /^\d{1,15}$/.test(found || "") ? Number(found) : null;
  const page = await chatPage(number, id === null ? null : id + 1);
  state.chat = {
    number,
    messages: new Map(),
    count: page.count,
    before: page.before,
    later: page.later,
    found: id,
  };
  for (const each of page.data) state.chat.messages.set(each.id, each);
  for (const each of page.data) state.arrived.delete(each.id);
  $("bubbles").replaceChildren();
  renderChat();
  renderList();
  const scroll = $("chat-scroll");
  scroll.scrollTop = scroll.scrollHeight;
}

function chatPage(number, before) {
  return api(
    "GET",
    `conversations/${encodeURIComponent(number)}?${parameters({ before, limit: LIST_PAGE })}`,
  );
}

/** The newest messages again, in place: those before them stay as they are. */
async function reloadChat() {
  const { chat } = state;
  const page = await chatPage(chat.number, null);
  if (state.chat !== chat) return;
  chat.count = page.count;
  if (chat.later && page.data.length) return; // somebody looks at what was long before
  const joins = page.before !== null && page.data.some((each) => chat.messages.has(each.id));
  const earlier = joins ? [...chat.messages].filter(([id]) => id < page.data[0].id) : [];
  chat.messages = new Map([...earlier, ...page.data.map((each) => [each.id, each])]);
  if (!earlier.length) chat.before = page.before;
  chat.later = false;
  renderChat();
}

async function loadEarlier() {
  const chat = state.chat;
  if (!chat || chat.before === null || chat.loading) return;
  chat.loading = true;
  await attempt(async () => {
    const page = await chatPage(chat.number, chat.before);
    let all = [...page.data.map((each) => [each.id, each]), ...chat.messages];
    if (all.length > MOST_BUBBLES) {
      all = all.slice(0, MOST_BUBBLES);
      chat.later = true;
    }
    chat.messages = new Map(all);
    chat.before = page.before;
    if (state.chat !== chat) return;
    const scroll = $("chat-scroll");
    const fromEnd = scroll.scrollHeight - scroll.scrollTop;
    renderChat();
    scroll.scrollTop = scroll.scrollHeight - fromEnd;
  });
  chat.loading = false;
}

function renderChat() {
  const chat = state.chat;
  $("chat-open").hidden = !chat;
  document.querySelector(".messages").classList.toggle("reading", Boolean(chat));
  if (!chat) {
    $("bubbles").replaceChildren();
    return;
  }
  const scroll = $("chat-scroll");
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  if (atEnd && !chat.later && chat.messages.size > MOST_BUBBLES) {
    const kept = [...chat.messages].slice(-MOST_BUBBLES / 2);
    chat.messages = new Map(kept);
    chat.before = kept[0][0];
  }
  const messages = [...chat.messages.values()];
  $("chat-number").textContent = readable(chat.number);
  $("chat-note").textContent = plural(chat.count, "message");
  $("chat-earlier").hidden = chat.before === null;
  $("chat-latest").hidden = !chat.later;
  const words = wordsOf(state.q);
  keyed(
    $("bubbles"),
    withDays(messages),
    (each) => each.day || each.id,
    (each) =>
      JSON.stringify([
        each,
        state.open.has(each.id),
        state.whole.has(each.id),
        words,
        chat.found === each.id,
      ]),
    (each, old) => (each.day ? h("p", { class: "day" }, each.label) : bubble(each, words, old)),
  );
  renderComposer(messages);
  if (atEnd && !chat.later) scroll.scrollTop = scroll.scrollHeight;
}

function withDays(messages) {
  const rows = [];
  let day = "";
  for (const each of messages) {
    const label = each.at === null ? day : DAY.format(each.at);
    if (label && label !== day) rows.push({ day: `day-${each.id}`, label });
    day = label;
    rows.push(each);
  }
  return rows;
}

/** The words of a search that are looked for in texts. */
function wordsOf(q) {
  return [...q.matchAll(/(?:(to|from|is|campaign|sim):)?(?:"([^"]*)"?|(\S+))/gi)]
    .filter((match) => !match[1])
    .map((match) => (match[2] === undefined ? match[3] : match[2]).toLowerCase())
    .filter(Boolean);
}

function bubble(message, words, old) {
  const failed = message.status === "Failed";
  const classes = ["bubble", message.incoming ? "in" : "out"];
  if (failed) classes.push("failed");
  if (!old && state.arrived.has(message.id)) classes.push("new");
  if (state.chat && state.chat.found === message.id) classes.push("found");
  const sms = message.type === "SMS" ? segments(message.text) : null;
  return h(
    "article",
    {
      class: classes.join(" "),
      "data-testid": "message",
      "data-id": message.id,
      "data-status": message.status,
      "aria-label": message.incoming ? "Received" : `Sent, ${message.status}`,
    },
    h(
      "div",
      { class: "body" },
      h("div", { class: "text", dir: "auto", "data-testid": "text" }, marked(message, words, sms)),
      message.text.length > LONG_TEXT && !state.whole.has(message.id)
        ? h(
            "button",
            {
              class: "toggle",
              "data-testid": "show-all",
              onclick: () => toggle(state.whole, message.id),
            },
            `Show all ${count(message.text.length)} characters`,
          )
        : null,
      attachments(message),
    ),
    failed && message.error
      ? h(
          "p",
          { class: "reason", "data-testid": "reason" },
          REASONS[message.error] || message.error,
        )
      : null,
    foot(message, sms),
    state.open.has(message.id) ? facts(message, sms) : null,
  );
}

function foot(message, sms) {
  const open = state.open.has(message.id);
  return h(
    "div",
    { class: "foot" },
    message.at === null
      ? null
      : h(
          "time",
          { datetime: iso(message.at), title: `${moment(message.at)} (${iso(message.at)})` },
          TIME.format(message.at),
        ),
    message.incoming
      ? h("span", {}, message.type === "SMS" ? "received" : `received, ${message.type}`)
      : life(message),
    sms && sms.parts > 1 ? h("span", { "data-testid": "parts" }, partsText(sms)) : null,
    sms && sms.forced.length
      ? h("span", { class: "why", "data-testid": "encoding" }, `UCS-2 ${because(sms.forced)}`)
      : null,
    h(
      "button",
      {
        class: "toggle",
        "aria-expanded": String(open),
        "aria-label": "Details",
        "data-testid": "details",
        onclick: () => toggle(state.open, message.id),
      },
      icon("more"),
    ),
  );
}

function life(message) {
  const failed = message.status === "Failed";
  const reached = failed
    ? Math.max(0, ...Object.keys(message.times).map((name) => STEPS.indexOf(name)))
    : STEPS.indexOf(message.status);
  // Where no report comes, Sent is the end.
  const isSent = message.final && message.status === "Sent";
  const steps = STEPS.slice(0, isSent ? -1 : STEPS.length).map((name, index) =>
    h("i", { class: index <= reached ? "done" : failed && index === reached + 1 ? "bad" : null }),
  );
  const tone = failed ? " bad" : isSent || message.status === "Delivered" ? " good" : "";
  return h(
    "span",
    { class: `status${tone}`, "data-testid": "status" },
    h("span", { class: "life", "aria-hidden": "true" }, steps),
    message.status,
  );
}

const iso = (at) => new Date(at).toISOString();

function toggle(set, id) {
  if (!set.delete(id)) set.add(id);
  renderChat();
}

function attachments(message) {
  if (!message.attachments.length) return null;
  return h(
    "ul",
    { class: "attachments" },
    message.attachments.map((address) => h("li", {}, icon("clip"), link(String(address)))),
  );
}

/** A web address as a link that says nothing of this page; anything else as text. */
function link(address) {
  if (!/^https?:\/\//i.test(address)) return h("span", {}, address);
  return h(
    "a",
    { href: address, target: "_blank", rel: "noopener noreferrer", "data-testid": "attachment" },
    address,
  );
}

/** The text in pieces: codes to copy, words that were searched for, what forces UCS-2. */
function marked(message, words, sms) {
  const whole = message.text.length <= LONG_TEXT || state.whole.has(message.id);
  const text = whole
    ? message.text
    : message.text.slice(0, LONG_TEXT).replace(/[\ud800-\udbff]$/, "");
  const kinds = new Array(text.length).fill("");
  if (sms && sms.forced.length && sms.forced.length <= 8) {
    const forced = new Set(sms.forced.map(([character]) => character));
    let place = 0;
    for (const character of text) {
      if (forced.has(character))
        kinds.fill(
          isInvisible(character) ? `unseen${place}` : "forced",
          place,
          place + character.length,
        );
      place += character.length;
    }
  }
  const lower = text.toLowerCase();
  for (const word of words) {
    if (lower.length !== text.length) break; // positions would differ
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length))
      kinds.fill("match", at, at + word.length);
  }
  for (const match of text.matchAll(CODE))
    kinds.fill(`code${match.index}`, match.index, match.index + match[0].length);
  const pieces = [];
  for (let start = 0; start < text.length;) {
    let end = start + 1;
    while (end < text.length && kinds[end] === kinds[start]) end += 1;
    pieces.push(piece(kinds[start], text.slice(start, end)));
    start = end;
  }
  return whole ? pieces : [...pieces, "…"];
}

function piece(kind, text) {
  if (kind === "match") return h("mark", {}, text);
  if (kind === "forced")
    return h("span", { class: "forced", title: Array.from(text, codePoint).join(" ") }, text);
  if (kind.startsWith("unseen"))
    return h(
      "span",
      { class: "forced invisible", title: "an invisible character" },
      codePoint(text),
    );
  if (kind.startsWith("code"))
    return h(
      "span",
      { class: "code", "data-testid": "code" },
      text,
      copyButton(text, `Copy ${text}`, "copy-code"),
    );
  return text;
}

function facts(message, sms) {
  const rows = [];
  const start = message.at;
  for (const name of [...STEPS, "Failed", "Received"]) {
    const at = message.times[name];
    if (at !== undefined)
      rows.push([name, `${SECONDS.format(at)}${at > start ? `  +${span(at - start)}` : ""}`]);
  }
  if (message.error) rows.push(["Reason", message.error]);
  if (message.final && message.status === "Sent") rows.push(["Report", "none to come"]);
  rows.push(["From", message.from || "–"], ["To", message.to || "–"]);
  rows.push([
    "Through",
    message.sim ? simName(message.sim) : message.sender_id ? `sender id ${message.sender_id}` : "–",
  ]);
  if (sms) {
    rows.push([
      "Parts",
      `${count(sms.parts)} – ${count(sms.units)} of ${count(sms.capacity)} ${sms.encoding === "GSM-7" ? "septets" : "units"}`,
    ]);
    rows.push([
      "Encoding",
      sms.forced.length ? `UCS-2 ${because(sms.forced)}, first at ${sms.forced[0][1]}` : "GSM-7",
    ]);
  } else {
    rows.push(["Type", message.type]);
  }
  rows.push(["Message", `#${message.id}`]);
  return h(
    "dl",
    { class: "facts", "data-testid": "facts" },
    rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    message.campaign
      ? h(
          "div",
          {},
          h("dt", {}, "Campaign"),
          h(
            "dd",
            {},
            h("a", { href: searchAddress(`campaign:${message.campaign}`) }, `#${message.campaign}`),
          ),
        )
      : null,
  );
}

const searchAddress = (q) => `#/messages?q=${encodeURIComponent(q)}`;

function sims() {
  return state.overview
    ? state.overview.devices.flatMap((device) => device.sims.map((sim) => ({ ...sim, device })))
    : [];
}

function simName(id) {
  const sim = sims().find((each) => each.id === id);
  return sim
    ? `${sim.label || sim.name}${sim.number ? ` (${readable(sim.number)})` : ""}`
    : `SIM ${id}`;
}

function fillSims(select, chosen) {
  const known = sims();
  const mark = JSON.stringify(known.map((sim) => [sim.id, sim.label, sim.name, sim.number]));
  if (select.mark !== mark) {
    const before = select.value;
    select.replaceChildren(...known.map((sim) => h("option", { value: sim.id }, simName(sim.id))));
    select.mark = mark;
    select.value = before;
  }
  if (chosen !== undefined) select.value = String(chosen);
  if (select.selectedIndex < 0 && known.length) select.selectedIndex = 0;
}

function renderComposer(messages) {
  const chat = state.chat;
  $("reply-as").textContent = `Reply as ${readable(chat.number)}`;
  const last = messages.filter((each) => each.sim).at(-1);
  const known = chat.simChosen === undefined && last ? last.sim : undefined;
  if (known !== undefined) chat.simChosen = known;
  fillSims($("reply-sim"), known);
  if (!$("quick").children.length) {
    $("quick").append(
      ...["YES", "STOP", "START"].map((word) =>
        h(
          "button",
          {
            type: "button",
            "aria-label": `Write ${word}`,
            "data-testid": `quick-${word.toLowerCase()}`,
            onclick: () => {
              $("reply").value = word;
              $("reply").focus();
              showCount("reply", "reply-count");
            },
          },
          word,
        ),
      ),
    );
  }
  showCount("reply", "reply-count");
}

function showCount(field, target) {
  const text = $(field).value;
  const sms = segments(text);
  $(target).textContent = text
    ? `${count(sms.units)} of ${count(sms.capacity)} · ${partsText(sms)} · ${sms.encoding}${sms.forced.length ? ` ${because(sms.forced)}` : ""}`
    : "";
}

async function reply() {
  const text = $("reply").value;
  if (!text.trim() || !state.chat) return;
  const { number } = state.chat;
  const worked = await attempt(() =>
    api("POST", "receive", { type: "SMS", from: number, to: Number($("reply-sim").value), text }),
  );
  if (!worked) return;
  $("reply").value = "";
  showCount("reply", "reply-count");
  if (state.chat && state.chat.later) await attempt(() => loadChat(number));
  $("chat-scroll").scrollTop = $("chat-scroll").scrollHeight;
}

// ---------------------------------------------------------------- Write as anyone

function openWriting() {
  fillSims($("write-sim"));
  $("write-error").textContent = "";
  if (state.chat && !$("write-from").value) $("write-from").value = state.chat.number;
  showKind();
  $("write-dialog").showModal();
  ($("write-from").value ? $("write-text") : $("write-from")).focus();
}

function showKind() {
  const kind = $("write-type").value;
  $("write-attachments-field").hidden = kind !== "MMS" && kind !== "WhatsApp";
  $("write-text-field").hidden = kind === "call";
  $("write-from-field").hidden = !($("write-from").required = kind !== "USSD");
  $("write-count").hidden = kind !== "SMS";
}

async function write() {
  const kind = $("write-type").value;
  const body = { type: kind, to: Number($("write-sim").value) };
  if (kind !== "USSD") body.from = $("write-from").value.trim();
  if (kind !== "call") body.text = $("write-text").value;
  const addresses = $("write-attachments").value.split(/\s+/).filter(Boolean);
  if (!$("write-attachments-field").hidden && addresses.length) body.attachments = addresses;
  try {
    await api("POST", "receive", body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    $("write-error").textContent = error.message;
    return;
  }
  $("write-text").value = $("write-attachments").value = "";
  $("write-dialog").close();
  if (["SMS", "MMS", "WhatsApp"].includes(kind)) location.hash = chatAddress(body.from);
  else toast(`${kind === "call" ? "The call" : "The answer to the USSD code"} has arrived`);
}

// ---------------------------------------------------------------- Clock, phones, campaigns

async function loadOverview() {
  const sent = Date.now();
  state.overview = await api("GET", "overview");
  state.offset = state.overview.now - (sent + Date.now()) / 2;
  renderClock();
  renderOverview();
}

function renderClock() {
  const now = gatewayNow();
  $("clock-time").textContent = TIME.format(now);
  $("clock-full").textContent = moment(now);
  const ahead = state.overview ? state.overview.ahead * 1000 : 0;
  $("clock-ahead").hidden = Math.abs(ahead) < 1000;
  $("clock-ahead").textContent = `${ahead < 0 ? "−" : "+"}${span(ahead)}`;
  $("clock-note").textContent =
    Math.abs(ahead) < 1000
      ? "Real time."
      : `${span(ahead)} ${ahead < 0 ? "behind" : "ahead of"} real time.`;
}

async function moveClock(by) {
  if (await attempt(() => api("PUT", "clock", by))) await refreshAll();
}

function renderOverview() {
  const { overview } = state;
  const speed = $("speed");
  const value = String(Number(overview.settings.speed));
  if (![...speed.options].some((option) => option.value === value))
    speed.append(h("option", { value }, `${value} times`));
  if (document.activeElement !== speed) speed.value = value;
  const faults = overview.settings.fault || [];
  $("fault-count").hidden = !faults.length;
  $("fault-count").textContent = String(faults.length);
  $("fault-count").setAttribute("aria-label", plural(faults.length, "active fault"));
  if (state.view === "phones") renderPhones();
  if (state.view === "campaigns") renderCampaigns();
  if (state.chat) renderComposer([...state.chat.messages.values()]);
}

function renderPhones() {
  const pulls = state.overview.ussd;
  const ofDevice = (device) => {
    const own = (each) => device.sims.some((sim) => sim.id === each.sim);
    return [pulls.filter(own), state.overview.calls.filter(own)];
  };
  keyed(
    $("phones"),
    state.overview.devices,
    (device) => device.id,
    (device) => JSON.stringify([device, ofDevice(device)]),
    (device, old) => phoneCard(device, ...ofDevice(device), old),
  );
  if (!state.overview.devices.length)
    $("phones").replaceChildren(h("p", { class: "muted" }, "No phones."));
}

function phoneCard(device, pulls, calls, old) {
  const keys = state.overview.keys.device;
  const path = `devices/${device.id}`;
  const name = device.name || device.model;
  return h(
    "article",
    {
      class: `card${device.keys.enabled === false ? " off" : ""}`,
      "data-testid": "phone",
      "data-id": device.id,
      "aria-label": name,
    },
    h(
      "div",
      { class: "card-head" },
      h(
        "div",
        {},
        h("h3", {}, name),
        h(
          "p",
          { class: "muted" },
          `${device.name ? `${device.model} · ` : ""}Android ${device.android_version} · #${device.id}`,
        ),
      ),
      onOff("enabled", device.keys, path, `${name} is on`, "phone"),
    ),
    keys
      .filter((key) => key.name !== "enabled" && key.name in device.keys)
      .map((key) => setting(key, device.keys, path, name)),
    device.sims.map((sim) => simPart(sim, name)),
    records("ussd", plural(pulls.length, "USSD code"), pulls.map(pullItem), old),
    records("calls", plural(calls.length, "call"), calls.map(callItem), old),
  );
}

function simPart(sim, phone) {
  const path = `sims/${sim.id}`;
  const name = sim.label || sim.name;
  const keys = state.overview.keys.sim;
  return h(
    "section",
    { class: "sim", "data-testid": "sim", "data-id": sim.id, "aria-label": `${name} of ${phone}` },
    h(
      "div",
      { class: "sim-head" },
      h(
        "div",
        {},
        h("h3", {}, name),
        h(
          "p",
          { class: "muted" },
          [sim.number ? readable(sim.number) : "no number", sim.carrier, `SIM ${sim.id}`].join(
            " · ",
          ),
        ),
      ),
      onOff("active", sim.keys, path, `${name} is active`, "sim"),
    ),
    keys.filter((key) => key.name !== "active").map((key) => setting(key, sim.keys, path, name)),
  );
}

/** What a phone did, folded; as open as it was. */
function records(testid, title, items, old) {
  if (!items.length) return null;
  const before = old && old.querySelector(`[data-testid="${testid}"]`);
  return h(
    "details",
    { class: "records", open: Boolean(before && before.open), "data-testid": testid },
    h("summary", {}, title),
    h("ul", {}, items.slice(0, 20)),
  );
}

function pullItem(pull) {
  return h(
    "li",
    { dir: "auto" },
    h("span", {}, h("code", {}, pull.code || "USSD"), ` ${pull.status}, ${when(pull.at)}`),
    pull.response ? h("span", { class: "muted" }, pull.response) : null,
  );
}

function callItem(call) {
  const lasted = call.duration ? `, ${span(call.duration * 1000)}` : "";
  return h(
    "li",
    { dir: "auto" },
    h("span", {}, readable(call.number)),
    h("span", { class: "muted" }, `${call.type}, ${when(call.at)}${lasted}`),
  );
}

const BATTERY = "battery";
const SIGNAL = "signal";
const NAMES = {
  battery: "Battery",
  charging: "Charging",
  signal: "Signal",
  quota: "Quota",
  balance: "Balance",
  silent: "Silent for",
};

const EXAMPLES = { N: "none", AGO: "3h", AMOUNT: "3.20", NUMBER: "unknown" };

function onOff(name, values, path, label, testid) {
  return h("input", {
    type: "checkbox",
    class: "switch",
    role: "switch",
    checked: Boolean(values[name]),
    "aria-label": label,
    "data-testid": `${testid}-${name}`,
    onchange: (event) => patch(path, { [name]: event.target.checked }),
  });
}

/** One key of a phone or a SIM with the control that fits its form. */
function setting(key, values, path, owner) {
  const value = values[key.name];
  const name =
    NAMES[key.name] || key.name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
  const label = `${name} of ${owner}`;
  const testid = `key-${key.name}`;
  let control;
  if (key.name === BATTERY)
    control = slider(
      value,
      0,
      100,
      label,
      testid,
      (given) => `${given} %`,
      batteryIcon,
      (given) => patch(path, { battery: given }),
    );
  else if (key.name === SIGNAL)
    control = slider(
      value,
      0,
      4,
      label,
      testid,
      (given) => `${given} of 4`,
      signalIcon,
      (given) => patch(path, { signal: given }),
    );
  else if (key.form === "BOOL") control = onOff(key.name, values, path, label, "key");
  else {
    control = h("input", {
      class: "input",
      value: shownValue(value, key.form),
      placeholder: EXAMPLES[key.form] || "–",
      "aria-label": label,
      title: key.help,
      "data-testid": testid,
      onchange: (event) => patch(path, { [key.name]: typedValue(event.target.value, key.form) }),
    });
  }
  return h(
    "div",
    { class: "setting", title: key.help },
    h("span", {}, name),
    h("span", { class: "value" }, control),
  );
}

/** The value of a key as it is typed: since when a phone is silent is a time ago. */
function shownValue(value, form) {
  if (value === null || value === undefined) return "";
  return form === "AGO"
    ? span(gatewayNow() - value)
        .replaceAll(" ", "")
        .replace("min", "m")
    : String(value);
}

function typedValue(text, form) {
  if (!text.trim()) return null;
  return form === "N" && /^-?\d+$/.test(text.trim()) ? Number(text) : text.trim();
}

function slider(value, least, most, label, testid, text, drawn, change) {
  const output = h("output", {}, text(value));
  const holder = h("span", { class: "value" }, drawn(value));
  const input = h("input", {
    type: "range",
    min: least,
    max: most,
    "aria-label": label,
    "data-testid": testid,
    oninput: () => {
      output.textContent = text(Number(input.value));
      holder.replaceChildren(drawn(Number(input.value)));
    },
    onchange: () => change(Number(input.value)),
  });
  input.value = String(value);
  return [holder, input, output];
}

function batteryIcon(value) {
  const level = h("i", {});
  level.style.width = `${value}%`;
  return h("span", { class: `battery${value < 15 ? " low" : ""}`, "aria-hidden": "true" }, level);
}

function signalIcon(value) {
  return h(
    "span",
    { class: "bars", "aria-hidden": "true" },
    [1, 2, 3, 4].map((step) => {
      const bar = h("i", { class: step <= value ? "on" : null });
      bar.style.height = `${2 + 3 * step}px`;
      return bar;
    }),
  );
}

async function patch(path, values) {
  await attempt(() => api("PATCH", path, values));
  await attempt(loadOverview);
}

function renderCampaigns() {
  const now = gatewayNow();
  keyed(
    $("campaigns"),
    state.overview.campaigns,
    (campaign) => campaign.id,
    (campaign) =>
      JSON.stringify([campaign, campaign.next_run ? span(campaign.next_run - now) : ""]),
    campaignCard,
  );
  if (!state.overview.campaigns.length)
    $("campaigns").replaceChildren(
      h("p", { class: "muted" }, "No campaigns yet: every send creates one."),
    );
}

const SHARES = [
  ["Delivered", "good"],
  ["Completed", "good"],
  ["Sent", "sent"],
  ["Failed", "bad"],
  ["Processed", ""],
  ["Queued", ""],
  ["Pending", ""],
];

function campaignCard(campaign) {
  const counts = Object.entries(campaign.counts);
  const total = counts.reduce((sum, [, number]) => sum + number, 0);
  const order = (status) => SHARES.findIndex(([name]) => name === status);
  counts.sort(([one], [other]) => order(one) - order(other));
  const bar = h(
    "div",
    { class: "share wide", "aria-hidden": "true" },
    counts.map(([status, number]) => {
      const part = h("i", {
        class: (SHARES.find(([name]) => name === status) || ["", ""])[1] || null,
      });
      part.style.flexGrow = String(number);
      return part;
    }),
  );
  const tone = ["Sent", "Completed"].includes(campaign.status)
    ? " good"
    : campaign.status === "Stalled"
      ? " warn"
      : "";
  const isUssd = campaign.type === "USSD Pull";
  return h(
    "article",
    { class: "card campaign", "data-testid": "campaign", "data-id": campaign.id },
    h(
      "div",
      {},
      h("h3", { dir: "auto" }, campaign.name),
      h("p", { class: "muted" }, `#${campaign.id} · ${campaign.type}`),
    ),
    h(
      "div",
      { class: "row" },
      campaign.next_run ? nextRun(campaign) : null,
      total && !isUssd
        ? h(
            "a",
            {
              class: "button small",
              href: searchAddress(`campaign:${campaign.id}`),
              "data-testid": "campaign-messages",
            },
            "Messages",
          )
        : null,
      h("span", { class: `pill${tone}`, "data-testid": "campaign-status" }, campaign.status),
    ),
    campaign.message ? h("p", { class: "preview wide" }, campaign.message.slice(0, 300)) : null,
    total ? bar : null,
    h(
      "div",
      { class: "legend wide" },
      counts.map(([status, number]) => h("span", {}, `${count(number)} ${status}`)),
      total ? null : h("span", {}, "nothing sent yet"),
      h("span", { "data-testid": "schedule" }, schedule(campaign)),
    ),
  );
}

function nextRun(campaign) {
  const ahead = campaign.next_run - gatewayNow();
  const soonest = new Date(campaign.next_run + 1000).toISOString().replace(/\.\d+Z$/, "Z");
  return h(
    "button",
    {
      class: "button small",
      "data-testid": "next-run",
      onclick: () => moveClock({ now: soonest }),
    },
    `Go to the next run (${ahead > 0 ? `in ${span(ahead)}` : "now"})`,
  );
}

const DAYS = ["", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

function schedule(campaign) {
  const parts = [];
  const { frequency, frequency_unit: unit, hours, days_of_week: days } = campaign;
  if (campaign.recurring) parts.push(`every ${frequency === 1 ? unit : `${frequency} ${unit}s`}`);
  if (campaign.next_run) parts.push(`next on ${moment(campaign.next_run)}`);
  if (campaign.ends_at) parts.push(`until ${DAY.format(campaign.ends_at)}`);
  if (hours.join() !== "00:00,23:59") parts.push(`at ${hours.join("–")} ${campaign.timezone}`);
  if (days.length < 7) parts.push(days.map((day) => DAYS[day]).join(", "));
  return parts.join(" · ");
}

// ---------------------------------------------------------------- Requests

async function loadRequests() {
  const since = state.requests.length ? state.requests[0].id : null;
  const found = await api("GET", `requests?${parameters({ since })}`);
  state.requests = [...found.data.reverse(), ...state.requests].slice(0, MOST_REQUESTS);
  renderRequests();
}

function renderRequests() {
  const words = $("requests-path").value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (each) =>
    `${each.method} ${each.path}${each.query ? `?${each.query}` : ""} ${each.status}`.toLowerCase();
  const shown = state.requests
    .filter((each) => words.every((word) => text(each).includes(word)))
    .slice(0, 200);
  keyed(
    $("requests"),
    shown,
    (each) => each.id,
    (each) => JSON.stringify([each, state.openRequest === each.id]),
    requestItem,
  );
  if (!shown.length)
    $("requests").replaceChildren(
      h("p", { class: "empty" }, state.requests.length ? "No such request." : "No requests yet."),
    );
}

function requestItem(each) {
  const open = state.openRequest === each.id;
  const tone =
    each.status === 0 || each.status >= 500
      ? " bad"
      : each.status >= 400
        ? " warn"
        : each.status >= 300
          ? ""
          : " good";
  const at = new Date(each.at);
  return h(
    "div",
    { class: "request", "data-testid": "request", "data-status": each.status },
    h(
      "button",
      {
        "aria-expanded": String(open),
        "data-testid": "request-open",
        onclick: () => {
          state.openRequest = open ? null : each.id;
          renderRequests();
        },
      },
      h("span", { class: "at" }, Number.isNaN(at.getTime()) ? "" : SECONDS.format(at)),
      h("span", { class: "method" }, each.method),
      h("span", { class: "path" }, `${each.path}${each.query ? `?${each.query}` : ""}`),
      h(
        "span",
        { class: "flags" },
        each.fault ? h("span", { class: "pill warn" }, "fault") : null,
        each.hint ? h("span", { class: "pill warn" }, "hint") : null,
      ),
      h("span", { class: `pill${tone}` }, each.status ? String(each.status) : "dropped"),
    ),
    open ? requestMore(each) : null,
  );
}

function requestMore(each) {
  const parts = [["As curl", asCurl(each), "curl"]];
  if (each.hint) parts.push(["Why", String(each.hint), "hint"]);
  if (each.fault)
    parts.push([
      "Fault",
      typeof each.fault === "string" ? each.fault : JSON.stringify(each.fault),
      "request-fault",
    ]);
  if (each.body) parts.push(["Body", pretty(each.body), "request-body"]);
  if (each.answer) parts.push(["Answer", pretty(each.answer), "answer"]);
  const headers = headerLines(each.headers);
  if (headers.length)
    parts.push([
      "Headers",
      headers.map(([name, value]) => `${name}: ${value}`).join("\n"),
      "request-headers",
    ]);
  return h(
    "div",
    { class: "request-more" },
    parts.map(([title, text, testid]) =>
      h("div", {}, h("h3", {}, title), snippet(text, `Copy ${title}`, testid)),
    ),
  );
}

function headerLines(headers) {
  return Array.isArray(headers) ? headers : Object.entries(headers || {});
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return String(text);
  }
}

const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
const NOT_COPIED = [
  "host",
  "content-length",
  "connection",
  "user-agent",
  "accept-encoding",
  "authorization",
  "cookie",
  "transfer-encoding",
];

/** The request as a command for a shell; the token is left to the variable TOKEN. */
function asCurl(each) {
  const address = `${location.origin}${each.path}${each.query ? `?${each.query}` : ""}`;
  const parts = [
    `curl${/[[\]{}]/.test(address) ? " -g" : ""} -X ${quoted(each.method).slice(1, -1)} ${quoted(address)}`,
    '-H "Authorization: Bearer $TOKEN"',
  ];
  for (const [name, value] of headerLines(each.headers)) {
    if (!NOT_COPIED.includes(name.toLowerCase())) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  }
  if (each.body) parts.push(`--data-raw ${quoted(each.body)}`);
  return parts.join(" \\\n  ");
}

// ---------------------------------------------------------------- Faults

async function loadFaults() {
  const found = await api("GET", "faults");
  state.faults = found.data;
  renderFaults();
}

function renderFaults() {
  const active = new Set(state.faults.map((each) => each.fault));
  keyed(
    $("presets"),
    PRESETS,
    ([, fault]) => fault,
    ([, fault]) => String(active.has(fault)),
    ([title, fault, note]) =>
      h(
        "div",
        { class: "card preset" },
        h(
          "span",
          {},
          h("strong", {}, title),
          h("span", { class: "muted" }, note),
          h("code", {}, fault),
        ),
        h("input", {
          type: "checkbox",
          class: "switch",
          role: "switch",
          checked: active.has(fault),
          "aria-label": title,
          "data-testid": "preset",
          "data-fault": fault,
          onchange: (event) => (event.target.checked ? addFault(fault) : removeFault(fault)),
        }),
      ),
  );
  keyed(
    $("faults"),
    state.faults.map((each, index) => ({ ...each, index })),
    (each) => each.index,
    (each) => JSON.stringify(each),
    (each) =>
      h(
        "div",
        { class: "fault-row", "data-testid": "active-fault" },
        h("code", {}, each.fault),
        h("span", { class: "muted" }, `struck ${count(each.struck)} of ${count(each.seen)}`),
        h(
          "button",
          {
            class: "square",
            "aria-label": `Remove ${each.fault}`,
            "data-testid": "fault-remove",
            onclick: () => removeFault(each.fault),
          },
          icon("close"),
        ),
      ),
  );
  const { kinds, options } = state.overview.faults;
  $("fault-help").textContent =
    `KIND [METHOD] [PATH] [OPTION=…]. A kind is a status from 400, or ${kinds.join(", ")}. ` +
    `A path is below /api/v1 and can contain *. Options: ${options.join(", ")}.`;
  if (!state.faults.length)
    $("faults").replaceChildren(h("p", { class: "empty" }, "None: everything works."));
}

async function addFault(fault) {
  $("fault-error").textContent = "";
  try {
    await api("POST", "faults", { fault });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    $("fault-error").textContent = error.message;
    renderFaults();
    return false;
  }
  return attempt(loadFaults);
}

async function removeFault(fault) {
  await attempt(async () => {
    await api("DELETE", "faults", { fault });
    await loadFaults();
  });
}

// ---------------------------------------------------------------- Where one is

/** `#/messages/NUMBER/ID`, `#/messages?q=…`, `#/phones` and so on. */
async function route() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const [view, number, found] = path.split("/").map(decoded);
  showView(VIEWS.includes(view) ? view : "messages");
  await loadView(query, number, found);
}

function showView(view) {
  state.view = view;
  for (const name of VIEWS) {
    $(`view-${name}`).hidden = name !== state.view;
    const tab = document.querySelector(`.tabs [data-view="${name}"]`);
    if (name === state.view) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
}

async function loadView(query, number, found) {
  if (state.view === "messages") {
    const q = new URLSearchParams(query || "").get("q");
    if (q !== null) {
      $("search").value = state.q = q;
      state.listLoaded = false;
    }
    await Promise.all([state.listLoaded ? null : attempt(loadList), showChat(number, found)]);
  } else {
    await attempt(loadOverview);
    if (state.view === "requests") await attempt(loadRequests);
    if (state.view === "faults") await attempt(loadFaults);
  }
}

async function showChat(number, found) {
  if (number !== undefined) {
    await openChat(number, found);
  } else {
    state.chat = null;
    renderChat();
    renderList();
  }
  const current = $("list").querySelector("[aria-current]");
  if (current) current.scrollIntoView({ block: "nearest" });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// ---------------------------------------------------------------- Keyboard

function step(by) {
  if (state.view !== "messages" || !state.list.length) return;
  const index = state.chat ? state.list.findIndex((each) => each.number === state.chat.number) : -1;
  const next = state.list[index < 0 ? 0 : Math.min(Math.max(index + by, 0), state.list.length - 1)];
  if (index + by >= state.list.length - 3) loadMore();
  const address = chatAddress(next.number);
  if (state.chat) location.replace(address);
  else location.hash = address;
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  "/": () => {
    if (state.view !== "messages") location.hash = "#/messages";
    showView("messages"); // at once: the next keys are meant for the field
    $("search").focus();
  },
  r: () => state.view === "messages" && state.chat && $("reply").focus(),
  n: openWriting,
  "?": () => $("keys-dialog").showModal(),
};
VIEWS.forEach((view, index) => {
  KEYS[index + 1] = () => {
    location.hash = `#/${view}`;
  };
});

function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return;
  if (!state.signedIn || document.querySelector("dialog[open]")) return;
  const typing = event.target.closest(
    "input:not([type=checkbox]):not([type=range]), textarea, select",
  );
  if (event.key === "Escape") {
    leave(typing);
    return;
  }
  const action = !typing && Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
  if (!action) return;
  event.preventDefault();
  action();
}

function leave(typing) {
  if (typing) {
    if (typing.id === "search" && typing.value) search("");
    typing.blur();
  } else if (document.querySelector(":popover-open")) {
    return; // the browser closes it
  } else if (state.view === "messages" && state.chat) {
    location.hash = "#/messages";
  }
}

// ---------------------------------------------------------------- Starting

function onSubmit(id, action) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

function onEnter(id, action) {
  $(id).addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    action();
  });
}

function connect() {
  window.addEventListener("hashchange", () =>
    location.hash.slice(1) && !location.hash.startsWith("#/") ? begin() : state.signedIn && route(),
  );
  document.addEventListener("keydown", onKey);
  onSubmit("composer", reply);
  onEnter("reply", reply);
  onSubmit("write-form", write);
  onSubmit("fault-form", async () => {
    const text = $("fault").value.trim();
    if (text && (await addFault(text))) $("fault").value = "";
  });
  onSubmit("signin-form", () => {
    const token = $("token").value.trim();
    if (token) location.hash = encodeURIComponent(token);
  });
  $("search").addEventListener("input", () => search($("search").value));
  $("reply").addEventListener("input", () => showCount("reply", "reply-count"));
  $("reply-sim").addEventListener("change", () => {
    if (state.chat) state.chat.simChosen = Number($("reply-sim").value);
  });
  $("write-text").addEventListener("input", () => showCount("write-text", "write-count"));
  $("write-type").addEventListener("change", showKind);
  $("requests-path").addEventListener("input", renderRequests);
  $("requests-clear").addEventListener("click", () =>
    attempt(async () => {
      await api("DELETE", "requests");
      state.requests = [];
      await loadRequests();
    }),
  );
  $("list-more").addEventListener("click", loadMore);
  $("list-scroll").addEventListener(
    "scroll",
    () => {
      const { scrollHeight, scrollTop, clientHeight } = $("list-scroll");
      if (scrollHeight - scrollTop - clientHeight < 400) loadMore();
    },
    { passive: true },
  );
  $("chat-earlier").addEventListener("click", loadEarlier);
  $("chat-scroll").addEventListener(
    "scroll",
    () => {
      if ($("chat-scroll").scrollTop < 200) loadEarlier();
    },
    { passive: true },
  );
  $("chat-latest").addEventListener("click", () => {
    location.replace(chatAddress(state.chat.number));
    attempt(() => loadChat(state.chat.number));
  });
  $("chat-copy").addEventListener("click", (event) => copy(state.chat.number, event.currentTarget));
  $("write").addEventListener("click", openWriting);
  const fromMenu = (action) => () => {
    $("menu-panel").hidePopover();
    action();
  };
  $("menu-write").addEventListener("click", fromMenu(openWriting));
  $("menu-keys").addEventListener(
    "click",
    fromMenu(() => $("keys-dialog").showModal()),
  );
  $("menu-export").addEventListener("click", () => $("menu-panel").hidePopover());
  $("menu-empty").addEventListener("click", fromMenu(askToEmpty));
  $("empty-do").addEventListener("click", empty);
  $("clock-real").addEventListener("click", () => moveClock({ now: null }));
  $("speed").addEventListener("change", () =>
    attempt(async () => {
      await api("PUT", "settings", { speed: Number($("speed").value) });
      await loadOverview();
    }),
  );
  for (const button of document.querySelectorAll("[data-advance]"))
    button.addEventListener("click", () => moveClock({ advance: Number(button.dataset.advance) }));
  for (const button of document.querySelectorAll("[data-close]"))
    button.addEventListener("click", () => button.closest("dialog").close());
  for (const dialog of document.querySelectorAll("dialog"))
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  setInterval(renderClock, 1000);
}

function askToEmpty() {
  const { totals } = state.overview;
  const parts = [
    plural(totals.messages, "message"),
    plural(totals.campaigns, "campaign"),
    plural(totals.contacts, "contact"),
  ];
  $("empty-note").textContent =
    `${parts.join(", ")} and all settings are deleted. Two phones with three SIMs remain, and the token.`;
  $("empty-dialog").showModal();
}

async function empty() {
  $("empty-dialog").close();
  await attempt(async () => {
    await api("POST", "reset");
    state.unread.clear();
    state.newest = 0;
    state.chat = null;
    location.hash = "#/messages";
    await reload();
    renderChat();
    toast("Emptied");
  });
}

connect();
begin();
