// The page of the service: it logs in, keeps the session alive, and shows what it does.
//
// In: the service's answers. Out: requests, and a view of them.
// The access token lives in a variable. The refresh token lives in a cookie that no script can read.
// Of the session, the browser keeps its id and the user's name, so that a reload can ask for a token.

const $ = (id) => document.getElementById(id);
const seconds = () => performance.now() / 1000;

const state = {
  config: { demo: false, register: true, access_lifetime: 900, window: 300, min_password_bytes: 12, max_password_bytes: 1024 },
  session: null, // { id, name }
  shown: null, // the session that the page shows
  token: null, // { text, header, claims, expires, lifetime }, times by this page's steady clock
  row: null, // the row of --demo, and when it came
};

// ---------------------------------------------------------------------------------------- requests

/// Sends one request and shows its outcome. It never throws: status 0 is an answer that was lost.
async function send(method, path, { body, bearer, tell } = {}) {
  const headers = { Accept: "application/json" };
  // A form cannot set this header, and another origin's script cannot without permission.
  if (method !== "GET") headers["X-Requested-With"] = "jwt-pair";
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const shown = showRequest(method, path);
  const sent = seconds();
  const answer = { status: 0, body: null, path, sent, retryAfter: 0 };
  try {
    const response = await fetch(path, {
      method, headers, cache: "no-store", credentials: "same-origin", redirect: "error",
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const text = await response.text();
    answer.status = response.status;
    answer.retryAfter = Number(response.headers.get("Retry-After")) || 0;
    answer.body = text.startsWith("{") ? JSON.parse(text) : null;
  } catch {
    answer.status = 0;
    answer.body = null;
  }
  shown.end(answer.status, seconds() - sent, tell?.(answer) ?? outcome(answer));
  return answer;
}

const isOk = (answer) => answer.status >= 200 && answer.status < 300;

/// What an answer means, in one sentence.
function outcome({ status, body, retryAfter }) {
  if (status === 0) return "No answer. Nothing is lost: it can be asked again.";
  if (status >= 200 && status < 300) return status === 204 ? "Done." : "OK.";
  const words = [body?.detail ?? body?.title ?? "Refused"];
  if (body?.reason) words.push(`reason: ${body.reason}`);
  if (retryAfter) words.push(`again in ${retryAfter} s`);
  return `${words.join(", ")}.`.replace("..", ".");
}

// --------------------------------------------------------------------------------- refresh, and tabs

/// Refresh, login and logout change the cookie, so the tabs of a browser do them one after another.
/// Without Web Locks a login that races a refresh can cost one more login.
function locked(work) {
  return navigator.locks ? navigator.locks.request("jwt-pair-cookie", work) : work();
}

let inFlight = null;
let retryTimes = 0;

/// One refresh at a time: whoever needs a token meanwhile waits for the same answer.
function refresh() {
  inFlight ??= locked(refreshOnce).finally(() => { inFlight = null; });
  return inFlight;
}

/// The answer. A refusal ends the session here. It is never tried again.
async function refreshOnce() {
  const { session } = state;
  if (!session) return { status: 401, body: null, path: "/auth/refresh" };
  const answer = await send("POST", "/auth/refresh", { body: { session_id: session.id }, tell: (it) =>
    isOk(it) ? "A new access token." : undefined });
  // Without Web Locks a login may have come in between: this answer is of a session that is over.
  if (state.session !== session) return refreshOnce();
  if (isOk(answer)) {
    retryTimes = 0;
    hold(answer);
    // The cookie may be new: the other tabs look at the row.
    tabs?.postMessage({ what: "changed" });
    if (state.shown === session) showRefresh();
    else enter();
  } else if (answer.status === 401) {
    leave(answer.body?.reason ?? "refused");
  } else if (answer.status === 409) {
    leave("other");
  } else {
    cannotRefresh(answer);
  }
  return answer;
}

/// Shows what became of the row.
async function showRefresh() {
  const before = state.row;
  const row = await loadRow();
  if (before && row?.session_id === before.session_id) {
    amendRequest("/auth/refresh", row.generation > before.generation
      ? `Rotated: generation ${before.generation} → ${row.generation}, a new cookie.`
      : `Kept: generation ${row.generation} stays while the window is open. A new access token, no cookie.`);
  }
}

/// Whether the trouble passes by itself.
const passes = ({ status }) => status === 0 || status === 408 || status === 429 || status >= 500;

/// The same cookie may be shown again later, unless the service refuses the request itself: asked
/// again, it would say the same.
function cannotRefresh(answer) {
  if (!passes(answer)) {
    plan(Infinity);
    return say(`The service refuses to refresh: ${outcome(answer)}`);
  }
  retryTimes += 1;
  const wait = Math.max(answer.retryAfter, Math.min(60, 2 ** retryTimes));
  plan(seconds() + wait);
  const next = $("auto").checked ? `next try in ${wait} s` : "try again later";
  say(`The service cannot refresh now. The session goes on: ${next}.`);
}

const OTHER_SESSION = { status: 409, body: { detail: "Another tab has logged in meanwhile" } };

/// Sends a request with the access token: after a 401 it refreshes, and tries once more. It asks for
/// the session of this moment: another tab's login must not lend its token to an earlier click.
async function authorized(method, path, { around = (work) => work(), ...options } = {}) {
  const { session } = state;
  const attempt = () => around(() => state.session === session
    ? send(method, path, { ...options, bearer: state.token?.text }) : OTHER_SESSION);
  const answer = isFresh() ? await attempt() : { status: 401 };
  if (answer.status !== 401) return answer;
  const renewed = await refresh();
  return isOk(renewed) ? attempt() : renewed;
}

const isFresh = () => state.token !== null && seconds() < state.token.expires;

let due = Infinity;
let timer = 0;

/// When to refresh without being asked: a little before the token expires, or to try again.
function plan(at) {
  due = at;
  clearTimeout(timer);
  // A timer holds 24 days at most.
  timer = setTimeout(stayIn, Math.min(86_400, Math.max(0, at - seconds())) * 1000);
}

/// Refreshes if it is due, the tab is visible, and the switch is on. It runs each time that one of
/// the three begins.
async function stayIn() {
  if (!state.session || !$("auto").checked || document.hidden) return;
  if (seconds() < due) plan(due);
  else await refresh();
}

document.addEventListener("visibilitychange", stayIn);
$("auto").addEventListener("change", stayIn);

const tabs = "BroadcastChannel" in window ? new BroadcastChannel("jwt-pair") : null;
tabs?.addEventListener("message", async ({ data }) => {
  if (data.what === "login" && data.session.id !== state.session?.id) {
    follow(data.session);
  } else if (data.what === "over" && data.id === state.session?.id) {
    leave(data.reason, { told: true });
  } else if (data.what === "changed" && isFresh()) {
    await loadRow();
  }
});

/// Another tab has logged in: the browser has one cookie, so this tab goes along.
async function follow(session) {
  forgetToken();
  state.session = session;
  if (isOk(await refresh())) say("This tab follows the login of another one.");
}

// --------------------------------------------------------------------------------------- the session

const MEMORY = "jwt-pair-session";

function remember(session) {
  try {
    if (session) localStorage.setItem(MEMORY, JSON.stringify(session));
    else localStorage.removeItem(MEMORY);
  } catch { /* Without storage a reload asks for the password. */ }
}

function recall() {
  try {
    const session = JSON.parse(localStorage.getItem(MEMORY));
    return typeof session?.id === "string" && typeof session.name === "string" ? session : null;
  } catch {
    return null;
  }
}

/// Holds the token of an answer. Its time runs by `expires_in` since the request was sent: the clock
/// of this machine may be wrong.
function hold({ body, sent }) {
  const [header, claims] = body.access_token.split(".").map(decode);
  const lifetime = body.expires_in;
  const expires = sent + lifetime;
  state.token = { text: body.access_token, header, claims, lifetime, expires };
  showToken();
  plan(expires - Math.min(30, lifetime / 8));
}

function forgetToken() {
  plan(Infinity);
  state.token = null;
  state.row = null;
}

function decode(part) {
  try {
    const bytes = Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

/// Register or log in.
async function logIn(path, name, password) {
  return locked(async () => {
    const answer = await send("POST", path, { body: { name, password }, tell: (it) =>
      isOk(it) ? "A session begins: an access token in the body, a refresh token in the cookie." : undefined });
    if (isOk(answer)) {
      forgetToken();
      state.session = { id: answer.body.session_id, name };
      hold(answer);
      remember(state.session);
      tabs?.postMessage({ what: "login", session: state.session });
    }
    return answer;
  });
}

function logOut() {
  const { session } = state;
  return locked(async () => {
    // The cookie is of another tab's new session, which this click did not mean.
    if (state.session !== session) return;
    const answer = await dropCookie("The session is ended, and the cookie is gone.");
    if (isOk(answer)) leave("logout");
    else say("The logout did not reach the service. You are still logged in: try again.");
  });
}

const dropCookie = (text) => send("POST", "/auth/logout", { tell: (it) => isOk(it) ? text : undefined });

/// A request that ends the session, and the logout that takes its cookie away, under one lock: a
/// login of another tab that came in between would lose its cookie.
function endsSession(reason) {
  return (work) => locked(async () => {
    const answer = await work();
    if (isOk(answer)) {
      await dropCookie("The cookie is gone.");
      leave(reason);
    }
    return answer;
  });
}

/// Shows the session and loads what belongs to it.
async function enter(text) {
  showNotice(null);
  show("in");
  if (text) say(text);
  await Promise.all([loadRow(), loadDevices()]);
}

const REASONS = {
  stolen: ["bad", "Logged out: your session was stolen.", "An old refresh token of it was shown again, so somebody has a copy. The service has ended the session for both of you. Log in again, and change your password if you do not know how it happened."],
  ended: ["warn", "Logged out: this session was ended.", "Somebody ended it, on another device or in another tab."],
  expired: ["warn", "Logged out: this session has expired.", "It lay unused for too long, or its last day has come."],
  refused: ["warn", "Logged out.", "The service does not know this session any more."],
  other: ["warn", "This browser has another session now.", "Another tab has logged in. Reload the page to go on with that session, or log in here."],
  logout: ["ok", "You are logged out.", "An access token that was copied before still opens unchecked routes until it expires. No refresh can follow."],
  everywhere: ["ok", "You are logged out everywhere.", "All sessions of your account are ended, this one too."],
  deleted: ["ok", "The account is deleted.", "All its sessions are gone."],
};

/// The session is over in this tab. The other tabs of the browser are told, with the reason.
function leave(reason, { told = false } = {}) {
  const { session } = state;
  forgetToken();
  state.session = null;
  if (recall()?.id === session?.id) remember(null);
  if (session && !told && reason !== "other") tabs?.postMessage({ what: "over", id: session.id, reason });
  showNotice(...(REASONS[reason] ?? REASONS.refused));
  show("out");
  $("verdict").replaceChildren();
  $("verdict").className = "verdict";
  for (const form of document.forms) form.reset();
  for (const it of document.querySelectorAll("details")) it.open = false;
  showMode();
}

// ---------------------------------------------------------------------------------------------- view

function show(view) {
  const before = document.body.dataset.view;
  document.body.dataset.view = view;
  if (before !== view && before !== "loading") {
    // The control that had the focus is gone, and the notice stands at the top.
    $("main").focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  state.shown = view === "in" ? state.session : null;
  if (view === "in") {
    $("who").textContent = state.session.name;
    $("avatar").textContent = state.session.name.slice(0, 1);
    $("change-name").value = state.session.name;
  }
}

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function showNotice(kind, title, text) {
  $("notice").replaceChildren();
  if (kind) {
    $("notice").append(element("p", { className: `notice ${kind}` }, element("strong", { textContent: title }), text));
  }
}

let sayTimer = 0;
function say(text) {
  $("toast").textContent = text;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => { $("toast").textContent = ""; }, 6000);
}

const clock = (at) => new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });
const day = (at) => new Date(at * 1000).toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" });
const moment = (at) => (Math.abs(Date.now() / 1000 - at) < 43_200 ? clock(at) : `${day(at)}, ${clock(at)}`);

function span(length) {
  const whole = Math.max(0, Math.round(length));
  if (whole < 120) return `${whole} s`;
  if (whole < 7200) return `${Math.round(whole / 60)} min`;
  if (whole < 172_800) return `${Math.round(whole / 3600)} h`;
  return `${Math.round(whole / 86_400)} days`;
}

const MEANINGS = {
  alg: () => "the algorithm: HMAC with SHA-256",
  typ: () => "what kind of token it is",
  kid: () => "which key has signed",
  user_id: () => "whose session it is",
  user_type: () => "what the user is",
  session_id: () => "names the row on the server",
  iat: (at) => `issued at ${moment(at)}`,
  exp: (at) => `expires at ${moment(at)}`,
  nbf: (at) => `valid from ${moment(at)}`,
  iss: () => "who has issued it",
  aud: () => "for whom it is",
  jti: () => "the name of this token",
};

function showClaims(list, claims) {
  const rows = Object.entries(claims ?? {}).map(([name, value]) => element("div", {},
    element("dt", { textContent: name }),
    element("dd", {}, element("code", { textContent: JSON.stringify(value) }),
      element("span", { textContent: MEANINGS[name]?.(value) ?? "" }))));
  list.replaceChildren(...rows);
}

function showToken() {
  const { text, header, claims } = state.token;
  const parts = text.split(".");
  for (const [at, name] of ["header", "payload", "signature"].entries()) $(`jwt-${name}`).textContent = parts[at];
  $("signature-bytes").textContent = Math.floor(parts[2].length * 6 / 8);
  showClaims($("claims-header"), header);
  showClaims($("claims-payload"), claims);
}

/// What runs down: the token's life, and the window after a rotation.
function tick() {
  if (document.body.dataset.view !== "in") return;
  const left = state.token ? state.token.expires - seconds() : 0;
  const share = state.token ? Math.max(0, left / state.token.lifetime) : 0;
  $("clock-left").textContent = left > 0 ? span(Math.ceil(left)) : "expired";
  $("clock-label").textContent = left > 0 ? "expires in" : "";
  $("clock-run").style.strokeDashoffset = String(100 - share * 100);
  const dial = $("clock-run").closest(".clock");
  dial.classList.toggle("low", left > 0 && share < 0.25);
  dial.classList.toggle("over", left <= 0);
  $("auto-hint").textContent = $("auto").checked
    ? "A new token comes shortly before this one expires, while the tab is visible."
    : "The token will expire. The next request then refreshes first.";
  showWindow();
}
setInterval(tick, 250);

const STATUS_KIND = (status) => (status >= 200 && status < 300 ? "ok" : status === 0 || status >= 500 || status === 409 || status === 429 ? "warn" : "bad");

/// One line in the list of requests.
function showRequest(method, path) {
  const status = element("span", { className: "status", textContent: "…" });
  const when = element("span", { className: "when", textContent: clock(Date.now() / 1000) });
  const told = element("span", { className: "outcome", textContent: "On its way" });
  const line = element("li", {}, status, element("span", { className: "what", textContent: `${method} ${path}` }), when, told);
  line.dataset.path = path;
  $("log").prepend(line);
  while ($("log").children.length > 100) $("log").lastElementChild.remove();
  return {
    end(code, took, text) {
      line.className = STATUS_KIND(code);
      status.textContent = code === 0 ? "none" : String(code);
      when.textContent += ` · ${Math.round(took * 1000)} ms`;
      told.textContent = text;
    },
  };
}

function amendRequest(path, text) {
  const line = [...$("log").children].find((it) => it.dataset.path === path);
  line?.querySelector(".outcome").replaceChildren(text);
}

// ------------------------------------------------------------------------------------------- devices

const SVG = "http://www.w3.org/2000/svg";
function deviceIcon(label) {
  const icon = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: 28, height: 28, "aria-hidden": "true" })) icon.setAttribute(name, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", /android|iphone|ipad|phone/i.test(label)
    ? "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1ZM11 18h2"
    : "M4 5h16a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1ZM9 20h6M12 16v4");
  icon.append(path);
  return icon;
}

async function loadDevices() {
  const answer = await authorized("GET", "/auth/sessions", { tell: (it) =>
    isOk(it) ? `${it.body.sessions.length} on the list.` : undefined });
  if (!isOk(answer)) return;
  const sessions = answer.body.sessions.toSorted((a, b) => Number(b.current) - Number(a.current) || b.started_at - a.started_at);
  $("devices").replaceChildren(...sessions.map(device));
  $("end-others").disabled = sessions.length < 2;
}

function device(session) {
  const label = session.label || "Unknown device";
  const name = element("strong", { textContent: label });
  if (session.current) name.append(element("span", { className: "pill ok", textContent: "this one" }));
  const times = element("span", { textContent: `since ${moment(session.started_at)}, last refresh ${moment(session.rotated_at)}` });
  const line = element("li", { className: session.current ? "current" : "" }, deviceIcon(label), element("div", { className: "device" }, name, times));
  line.dataset.session = session.session_id;
  if (!session.current) {
    const button = element("button", { type: "button", textContent: "End" });
    button.setAttribute("aria-label", `End the session of ${label} since ${moment(session.started_at)}`);
    button.addEventListener("click", () => busy(button, async () => {
      const answer = await authorized("DELETE", `/auth/sessions/${encodeURIComponent(session.session_id)}`, { tell: (it) =>
        isOk(it) ? "Ended: its next refresh is refused." : undefined });
      if (isOk(answer)) say(`The session of ${label} is ended.`);
      else complain(answer);
      await loadDevices();
      if (state.session) $("reload-devices").focus();
    }));
    line.append(button);
  }
  return line;
}

async function endOthers() {
  const answer = await authorized("POST", "/auth/sessions/end-others", { tell: (it) => isOk(it) ? `${it.body.ended} ended.` : undefined });
  if (isOk(answer)) say(answer.body.ended === 1 ? "One other session is ended." : `${answer.body.ended} other sessions are ended.`);
  else complain(answer);
  if (state.session) await loadDevices();
}

async function endAll() {
  complain(await authorized("POST", "/auth/sessions/end-all", { around: endsSession("everywhere"), tell: (it) =>
    isOk(it) ? "All sessions of the account are ended." : undefined }));
}

// ---------------------------------------------------------------------------------- the row, the thief

/// Only with --demo: the row of this session, if it came. It is shown also when the session has ended.
async function loadRow() {
  if (!state.config.demo || !isFresh()) return;
  const answer = await send("GET", "/demo/session", { bearer: state.token.text, tell: (it) =>
    isOk(it) ? `Generation ${it.body.generation}${it.body.ended ? `, ended: ${it.body.ended.why}` : ""}.` : undefined });
  if (!isOk(answer) || answer.body.session_id !== state.session?.id) return;
  state.row = { ...answer.body, came: seconds() };
  showRow();
  return state.row;
}

const windowLeft = (row) => row.rotated_at + state.config.window - row.now - (seconds() - row.came);

function showRow() {
  const { row } = state;
  $("row-generation").textContent = row.generation;
  $("row-rotated").replaceChildren(moment(row.rotated_at), element("span", { id: "row-ago" }));
  $("row-started").textContent = moment(row.started_at);
  $("row-expires").textContent = moment(row.expires_at);
  showWindow();
}

/// The generations, and whether an old token is still answered, change with time alone.
function showWindow() {
  const { row } = state;
  if (!row) return;
  const left = windowLeft(row);
  const open = left > 0 && !row.ended && row.generation > 1;
  const ago = row.now - row.rotated_at + seconds() - row.came;
  if ($("row-ago")) $("row-ago").textContent = ` (${span(Math.floor(ago))} ago)`;
  const generations = [row.generation - 1, row.generation].filter((it) => it > 0);
  const shape = JSON.stringify([row.generation, open, row.ended]);
  if ($("chain").dataset.shape !== shape) {
    $("chain").dataset.shape = shape;
    $("chain").replaceChildren(...generations.map((generation) => {
      const [kind, text] = generation === row.generation
        ? (row.ended ? ["dead", "refused"] : ["current", "in the cookie"])
        : (open ? ["late", "still answered"] : ["dead", row.ended ? "refused" : "a copy, if shown"]);
      return element("li", { className: kind }, element("strong", { textContent: generation }), text);
    }));
    if (!row.ended) $("chain").append(element("li", {}, element("strong", { textContent: row.generation + 1 }), "the next"));
    $("row-state").textContent = row.ended ? `ended: ${row.ended.why}` : "stands";
    $("row-state").className = `pill ${row.ended ? "bad" : "ok"}`;
  }
  $("window-run").style.width = open ? `${Math.min(100, left / state.config.window * 100)}%` : "0";
  $("window-text").textContent = row.ended
    ? `Ended at ${moment(row.ended.at)}. The next refresh is refused, in each tab.`
    : row.generation === 1
      ? "The session has not rotated yet: there is no old token."
      : open
        ? `The window is open for ${span(Math.ceil(left))}: a late tab with generation ${row.generation - 1} is answered.`
        : `The window is closed: generation ${row.generation - 1} is known to be a copy.`;
  $("thief").disabled = row.generation === 1 || Boolean(row.ended);
  $("thief-hint").textContent = row.generation === 1 && !row.ended
    ? left > 0
      ? `First the session must rotate: that needs ${span(Math.ceil(left))} more, and a refresh.`
      : "First the session must rotate: refresh now."
    : row.ended
      ? "Refresh now, and see how the owner learns of it."
      : open
        ? "Now the thief is answered as a late tab would be. Wait for the window to close, to see him caught."
        : "Now the thief is caught, and the session ends for both.";
}

async function thief() {
  const answer = await authorized("POST", "/demo/thief", { tell: (it) =>
    isOk(it) ? `A thief shows generation ${it.body.generation}: ${it.body.outcome}${it.body.reason ? `, reason: ${it.body.reason}` : ""}.` : undefined });
  if (isOk(answer)) {
    const { generation, outcome: came } = answer.body;
    const [kind, title, text] = came === "refused"
      ? ["bad", "Caught: the session is ended.", `Generation ${generation} had been replaced, and its window was closed. The service cannot tell who the thief is, so it logs out both.`]
      : ["warn", "Not noticed: the window is open.", `Generation ${generation} was replaced a moment ago, so the service takes him for a late tab. A short window keeps that time short.`];
    $("verdict").className = `verdict ${kind}`;
    $("verdict").replaceChildren(element("strong", { textContent: title }), text);
  }
  await loadRow();
  tabs?.postMessage({ what: "changed" });
}

// --------------------------------------------------------------------------------------------- forms

/// While it works, a button takes no second click. It keeps the focus, so it is not disabled.
async function busy(button, work) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function onClick(id, work) {
  $(id).addEventListener("click", () => busy($(id), work));
}

/// `work` returns the text of an error, or nothing.
function onSubmit(id, work) {
  const form = $(id);
  const error = form.querySelector(".error");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    busy(form.querySelector("button:not([type])"), async () => {
      const passwords = form.querySelectorAll("input[type=password]");
      error.textContent = "";
      for (const input of passwords) input.removeAttribute("aria-invalid");
      const { session } = state;
      const text = await work();
      // The form is of a session that is over: the notice says why.
      if (!text || state.session !== session) return;
      for (const input of passwords) input.setAttribute("aria-invalid", "true");
      error.textContent = text;
    });
  });
}

const mode = () => document.querySelector("input[name=mode]:checked").value;

function showMode() {
  const isNew = mode() === "register";
  $("enter").dataset.mode = mode();
  $("enter-title").textContent = isNew ? "New account" : "Log in";
  $("enter-button").textContent = isNew ? "Register" : "Log in";
  $("password").autocomplete = isNew ? "new-password" : "current-password";
  $("sample").hidden = !isNew;
  $("enter-error").textContent = "";
  $("password").type = $("show-password").checked ? "text" : "password";
}

/// Why the service would refuse the password; it counts bytes.
function passwordProblem(password) {
  const { min_password_bytes: min, max_password_bytes: max } = state.config;
  const bytes = new TextEncoder().encode(password).length;
  if (bytes < min) return `The password has ${bytes} bytes. It needs at least ${min}.`;
  return bytes > max ? `The password has ${bytes} bytes. It may have at most ${max}.` : "";
}

/// Why a form's request was refused. `other` are the words for its own route, not for a refresh.
function sentence(answer, other = {}) {
  if (answer.status === 0) return "The service did not answer. Try again.";
  const text = (answer.path !== "/auth/refresh" && other[answer.status])
    || (answer.body?.detail ?? answer.body?.title ?? `Refused (${answer.status})`);
  const again = answer.retryAfter ? ` Try again in ${answer.retryAfter} s.` : "";
  return text.replace(/\.?$/, ".") + again;
}

/// Why a button has not done it, unless the page has said so already.
function complain(answer) {
  if (!isOk(answer) && state.session && answer.path !== "/auth/refresh") say(sentence(answer));
}

onSubmit("enter", async () => {
  const [name, password, isNew] = [$("name").value, $("password").value, mode() === "register"];
  if (!name) return "Enter a name.";
  const problem = isNew ? passwordProblem(password) : password ? "" : "Enter the password.";
  if (problem) return problem;
  const answer = await logIn(isNew ? "/auth/register" : "/auth/login", name, password);
  if (!isOk(answer)) {
    return sentence(answer, { 401: "The name or the password is wrong", 409: "This name is taken" });
  }
  $("enter").reset();
  showMode();
  await enter(isNew ? "Welcome. Your account is made." : "Welcome back.");
  return "";
});

onSubmit("change", async () => {
  const [current, next] = [$("current").value, $("new").value];
  const problem = current ? passwordProblem(next) : "Enter the current password.";
  if (problem) return problem;
  const answer = await authorized("POST", "/auth/password", { body: { current, new: next }, tell: (it) =>
    isOk(it) ? `The password is changed, and ${it.body.ended} other sessions are ended.` : undefined });
  if (!isOk(answer)) return sentence(answer, { 403: "The current password is wrong" });
  $("change").reset();
  $("change").closest("details").open = false;
  say("The password is changed. All other devices are logged out.");
  await loadDevices();
  return "";
});

onSubmit("delete", async () => {
  const password = $("delete-password").value;
  if (!password) return "Enter your password.";
  const answer = await authorized("POST", "/auth/delete-account", { around: endsSession("deleted"), body: { password }, tell: (it) =>
    isOk(it) ? "The account is gone, and all its sessions." : undefined });
  return isOk(answer) ? "" : sentence(answer, { 403: "The password is wrong" });
});

for (const input of document.querySelectorAll("input[name=mode], #show-password")) input.addEventListener("change", showMode);
onClick("sample", () => {
  const random = (count) => Array.from(crypto.getRandomValues(new Uint8Array(count)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  $("name").value = `guest-${random(3)}`;
  $("password").value = random(10);
  $("show-password").checked = true;
  showMode();
  $("enter-button").focus();
});
onClick("call-me", async () => {
  await authorized("GET", "/me", { tell: (it) => isOk(it) ? `You are user ${it.body.user_id}: read from the token alone, no row was asked.` : undefined });
});
onClick("refresh", refresh);
onClick("logout", logOut);
onClick("thief", thief);
onClick("reload-devices", loadDevices);
onClick("end-others", endOthers);
onClick("end-all", endAll);
onClick("clear", () => $("log").replaceChildren());

// --------------------------------------------------------------------------------------------- start

async function start() {
  const answer = await send("GET", "/config");
  if (isOk(answer)) Object.assign(state.config, answer.body);
  const { config } = state;
  $("pitch-access").textContent = span(config.access_lifetime);
  for (const it of document.querySelectorAll(".min-password")) it.textContent = config.min_password_bytes;
  $("modes").hidden = !config.register;
  $("row").hidden = !config.demo;
  if (config.demo) document.body.dataset.demo = "";
  state.session = recall();
  const renewed = state.session ? await refresh() : null;
  if (!state.session) {
    show("out");
  } else if (!isOk(renewed)) {
    const again = passes(renewed) ? "this page asks again by itself" : "reload the page to ask again";
    showNotice("warn", "The service cannot refresh now.", `${sentence(renewed)} Your session is kept: ${again}.`);
    show("out");
  }
  showMode();
}

start();
