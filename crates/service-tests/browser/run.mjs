// The page in a real browser, against the real service. `run --help` says how.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";

import { COOKIE, claims, launch, sleep, startOtherSite, startProxy, startService, until } from "./world.mjs";

const { values: options } = parseArgs({
  options: { smoke: { type: "boolean" }, service: { type: "string" }, screenshots: { type: "string" }, only: { type: "string" } },
});

const PASSWORD = "correct horse battery staple";
const NEW_PASSWORD = "another staple for the horse";

const proxy = await startProxy();
const service = await startService(options.service, proxy.origin);
proxy.target = service.port;
proxy.secrets.add(PASSWORD).add(NEW_PASSWORD);
const browser = await launch();
const problems = [];
let users = 0;

// ------------------------------------------------------------------------------------ what a user does

/// A browser profile of its own: another device. Its pages can be hidden, and their date moved.
async function device({ locks = true, ...more } = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 }, reducedMotion: "reduce", ...more });
  if (!locks) {
    await context.addInitScript(() => Object.defineProperty(Navigator.prototype, "locks", { get: () => undefined }));
  }
  await context.addInitScript(() => {
    let [hidden, skew] = [false, 0];
    Object.defineProperty(Document.prototype, "hidden", { get: () => hidden });
    window.hide = (value) => {
      hidden = value;
      document.dispatchEvent(new Event("visibilitychange"));
    };
    const RealDate = Date;
    window.moveDate = (ms) => { skew = ms; };
    window.Date = class extends RealDate {
      constructor(...given) { super(...(given.length > 0 ? given : [RealDate.now() + skew])); }
      static now() { return RealDate.now() + skew; }
    };
  });
  context.setDefaultTimeout(15_000);
  context.on("weberror", (error) => problems.push(`an error of the page: ${error.error().message}`));
  context.on("console", (message) => {
    // The browser notes each refusal of the service there, and what another site was refused.
    const isOurs = message.page()?.url().startsWith(proxy.origin) && !message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && isOurs) problems.push(`the console says: ${message.text()}`);
  });
  return context;
}

async function open(context) {
  const page = await context.newPage();
  await page.goto(`${proxy.origin}/`);
  await settled(page);
  return page;
}

/// Nothing while the page is loaded anew.
const view = (page) => page.evaluate(() => document.body?.dataset.view).catch(() => undefined);
const settled = (page) => until("the page has started", async () => ["in", "out"].includes(await view(page)));
const isIn = (page) => until("the page is logged in", async () => (await view(page)) === "in");
const isOut = (page) => until("the page is logged out", async () => (await view(page)) === "out");
const notice = (page) => page.locator("#notice").innerText();
const button = (page, name) => page.getByRole("button", { name, exact: typeof name === "string" });
const press = (page, name) => button(page, name).click();

const choose = (page, name) => page.getByRole("radio", { name }).check({ force: true });

async function register(page) {
  users += 1;
  const name = `user-${users}`;
  await choose(page, "New account");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(page, "Register");
  await isIn(page);
  return name;
}

async function logIn(page, name, password = PASSWORD) {
  await choose(page, "Log in");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Log in");
}

const hide = (page, hidden) => page.evaluate((value) => window.hide(value), hidden);
const moveDate = (page, hours) => page.evaluate((ms) => window.moveDate(ms), hours * 3_600_000);
const clockLeft = (page) => page.locator("#clock-left").innerText();
const isExpired = async (page) => (await clockLeft(page)) === "expired";

/// From here on the time of the page stands, and goes on by `page.clock.runFor` alone. The service's
/// time does not.
async function stopTime(page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 1000);
}

/// Another tab, which has forgotten the session, as after "clear site data", and shows the form.
async function forgetful(context) {
  const page = await open(context);
  await isIn(page);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await settled(page);
  return page;
}

/// What was sent since a mark, of these paths, in order.
const asked = (mark, ...paths) => proxy.since(mark).map((it) => it.url).filter((it) => paths.includes(it));

const silent = (page, on) => page.getByRole("switch", { name: "Refresh silently" }).setChecked(on, { force: true });
const cookie = async (context) => (await context.cookies(proxy.origin)).find((it) => it.name === COOKIE);
const sessionOfCookie = async (context) => claims((await cookie(context)).value).session_id;
const token = (page) => page.locator(".jwt code").innerText();
const sessionOfPage = async (page) => claims(await token(page)).session_id;

/// The row as the panel shows it after it was loaded anew.
async function row(page) {
  const access = await token(page);
  return page.evaluate(async (bearer) => {
    const answer = await fetch("/demo/session", { headers: { Authorization: `Bearer ${bearer}` } });
    return answer.json();
  }, access);
}

/// The window is closed: the next refresh rotates.
async function windowCloses(page) {
  const window = JSON.parse(proxy.exchanges.find((it) => it.url === "/config").body).window;
  await until("the window closes", async () => {
    const { now, rotated_at: rotated } = await row(page);
    return now >= rotated + window;
  });
}

/// One refresh by the button; its exchange.
async function refresh(page) {
  const mark = proxy.mark();
  await press(page, "Refresh now");
  return until("a refresh is answered", () => proxy.since(mark, "/auth/refresh").find((it) => it.status !== null));
}

async function rotate(page) {
  await windowCloses(page);
  const exchange = await refresh(page);
  assert.equal(exchange.status, 200);
  assert.equal(exchange.setCookie.length, 1, "it rotates");
  const { generation } = await row(page);
  await until("the panel shows it", async () => (await page.locator("#row-generation").innerText()) === String(generation));
}

// ----------------------------------------------------------------------------------------------- steps

const steps = [];
const step = (name, run, { smoke = false } = {}) => steps.push({ name, run, smoke });
const SMOKE = { smoke: true };

step("register: the cookie's flags as the browser sees them, and nothing for scripts", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  const { value, expires, ...flags } = await cookie(context);
  assert.deepEqual(flags, { name: COOKIE, domain: "127.0.0.1", path: "/", httpOnly: true, secure: true, sameSite: "Strict" });
  const { exp } = claims(value);
  assert.ok(Math.abs(exp - expires) < 60, `the cookie lives until ${expires}, its token until ${exp}`);
  const seen = await page.evaluate(() => [document.cookie, JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })].join(" "));
  assert.doesNotMatch(seen, /eyJ|refresh/, "scripts see no token");
  assert.ok(!(await page.content()).includes(value), "the page has no refresh token");
  const [exchange] = proxy.since(0, "/auth/register");
  assert.equal(exchange.status, 201);
  assert.match(exchange.setCookie[0], /^__Host-Http-refresh=/);
  assert.doesNotMatch(exchange.setCookie[0], /domain/i);
  await context.close();
}, SMOKE);

step("log out, a wrong password, log in", async () => {
  const context = await device();
  const page = await open(context);
  const name = await register(page);
  await press(page, "Log out");
  await isOut(page);
  assert.match(await notice(page), /You are logged out\./);
  assert.equal(await cookie(context), undefined, "the cookie is gone");
  await page.reload();
  await settled(page);
  assert.equal(await view(page), "out");
  await logIn(page, name, `${PASSWORD}!`);
  await until("the refusal is shown", async () => /The name or the password is wrong/.test(await page.locator("#enter-error").innerText()));
  await logIn(page, name);
  await isIn(page);
  await context.close();
});

step("the token expires; three clicks at once refresh once, and all are answered", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  await silent(page, false);
  const [before, mark] = [await token(page), proxy.mark()];
  await until("the token expires", () => isExpired(page));
  assert.deepEqual(proxy.since(mark, "/auth/refresh"), [], "the switch is off");
  const gate = proxy.hold("/auth/refresh", "request");
  await press(page, "Call GET /me");
  await press(page, "Reload the list");
  await gate.arrived;
  await press(page, "Refresh now");
  gate.release();
  for (const url of ["/me", "/auth/sessions"]) await until(`${url} is answered`, () => proxy.since(mark, url).some((it) => it.status === 200));
  await sleep(1000);
  assert.deepEqual(proxy.since(mark, "/auth/refresh").map((it) => it.status), [200]);
  assert.deepEqual(proxy.since(mark).filter((it) => it.status >= 400).map((it) => it.url), []);
  assert.notEqual(await token(page), before);
  await context.close();
});

step("a silent refresh: a new token before the old one expires, and nobody clicks", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  const before = await token(page);
  let expired = false;
  await until("another token", async () => {
    expired ||= await isExpired(page);
    return (await token(page)) !== before;
  });
  assert.equal(await view(page), "in");
  assert.equal(expired, false, "it came before");
  await context.close();
}, SMOKE);

step("the date of the machine is wrong, and then it is moved: the token lives as long as it should", async () => {
  const context = await device();
  await context.addInitScript(() => window.moveDate(3_600_000));
  const page = await open(context);
  await register(page);
  for (const hours of [1, 3]) {
    const mark = proxy.mark();
    await moveDate(page, hours);
    await sleep(500);
    assert.match(await clockLeft(page), /^\d+ s$/);
    await press(page, "Call GET /me");
    await until("GET /me is answered", () => proxy.since(mark, "/me").some((it) => it.status === 200));
    assert.deepEqual(asked(mark, "/auth/refresh"), [], `${hours} hours ahead`);
  }
  await moveDate(page, -1);
  const before = await token(page);
  await until("a silent refresh", async () => (await token(page)) !== before, 30_000);
  await context.close();
});

step("a hidden tab refreshes as soon as it is seen again, and not before", async () => {
  const context = await device();
  const page = await open(context);
  await stopTime(page);
  await register(page);
  const [mark, before] = [proxy.mark(), await token(page)];
  await hide(page, true);
  await page.clock.runFor(18_000);
  await sleep(500);
  assert.deepEqual(asked(mark, "/auth/refresh"), [], "it is hidden");
  assert.equal(await isExpired(page), false, "the token has not expired yet");
  await hide(page, false);
  await until("a refresh", async () => (await token(page)) !== before);
  await hide(page, true);
  await hide(page, false);
  await sleep(500);
  assert.deepEqual(asked(mark, "/auth/refresh").length, 1, "the new token is fresh");

  await silent(page, false);
  await page.clock.runFor(18_000);
  await sleep(500);
  assert.deepEqual(asked(mark, "/auth/refresh").length, 1, "the switch is off");
  await silent(page, true);
  await until("a refresh by the switch", () => asked(mark, "/auth/refresh").length === 2);
  await context.close();
});

step("the page starts while the store is away, and logs in when it is seen again", async () => {
  const context = await device();
  const page = await open(context);
  await stopTime(page);
  const name = await register(page);
  proxy.answers.set("/auth/refresh", { status: 503 });
  await page.reload();
  await settled(page);
  assert.match(await notice(page), /Your session is kept: this page asks again by itself/);
  await hide(page, true);
  const mark = proxy.mark();
  proxy.answers.clear();
  await page.clock.runFor(60_000);
  await sleep(500);
  assert.deepEqual(asked(mark, "/auth/refresh"), [], "it is hidden");
  await hide(page, false);
  await isIn(page);
  assert.equal(await page.locator("#who").innerText(), name);
  assert.equal(await notice(page), "");
  await context.close();
});

step("one retry for a request, none after the refusal of a refresh", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  await silent(page, false);
  let mark = proxy.mark();
  proxy.answers.set("/me", { status: 401 });
  await press(page, "Call GET /me");
  await until("the second try", () => proxy.since(mark, "/me").length === 2);
  await sleep(1500);
  assert.deepEqual(asked(mark, "/me", "/auth/refresh"), ["/me", "/auth/refresh", "/me"]);
  mark = proxy.mark();
  proxy.answers.set("/auth/refresh", { status: 401 });
  await press(page, "Call GET /me");
  await isOut(page);
  await sleep(1500);
  assert.deepEqual(proxy.since(mark).map((it) => it.url), ["/me", "/auth/refresh"]);
  proxy.answers.clear();
  await context.close();
});

step("the store is away: nobody is logged out, and the page tries again by itself", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  const mark = proxy.mark();
  proxy.answers.set("/auth/refresh", { status: 503 });
  await press(page, "Refresh now");
  await until("a second try", () => proxy.since(mark, "/auth/refresh").length >= 2);
  assert.equal(await view(page), "in");
  assert.ok(await cookie(context), "the cookie is untouched");
  proxy.answers.clear();
  await until("a refresh that succeeds", () => proxy.since(mark, "/auth/refresh").some((it) => it.status === 200));
  assert.equal(await view(page), "in");
  await context.close();
});

step("a refresh that the service refuses for good is not asked again by itself", async () => {
  const context = await device();
  const page = await open(context);
  await stopTime(page);
  await register(page);
  for (const status of [400, 403]) {
    const mark = proxy.mark();
    proxy.answers.set("/auth/refresh", { status, body: { detail: "Not like this" } });
    await press(page, "Refresh now");
    await until("the reason", async () => /refuses to refresh: Not like this\.$/.test(await page.locator("#toast").innerText()));
    await page.clock.runFor(120_000);
    await sleep(500);
    assert.equal(asked(mark, "/auth/refresh").length, 1);
    assert.equal(await view(page), "in");
  }
  await page.reload();
  await settled(page);
  assert.match(await notice(page), /Not like this\. Your session is kept: reload the page/);
  proxy.answers.clear();
  await page.reload();
  await isIn(page);
  await context.close();
});

step("with the switch off no next try is announced; a form tells why the refresh failed", async () => {
  const context = await device();
  const page = await open(context);
  await stopTime(page);
  await register(page);
  await silent(page, false);
  const mark = proxy.mark();
  proxy.answers.set("/auth/refresh", { status: 503, body: { detail: "The store is away" } });
  await press(page, "Refresh now");
  await until("the toast", async () => /goes on: try again later\.$/.test(await page.locator("#toast").innerText()));
  await page.clock.runFor(60_000);
  await page.getByText("Change the password").first().click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  const error = page.locator("#change-error");
  await press(page, "Change the password");
  await until("the error", async () => (await error.innerText()) === "The store is away.");
  proxy.answers.set("/auth/refresh", { status: 403, body: { detail: "Not like this" } });
  await press(page, "Change the password");
  await until("the error", async () => (await error.innerText()) === "Not like this.");
  assert.equal(asked(mark, "/auth/refresh").length, 3);
  assert.deepEqual(asked(mark, "/auth/password"), []);
  await context.close();
});

step("a password is measured in bytes", async () => {
  const context = await device();
  const page = await open(context);
  await choose(page, "New account");
  await page.getByLabel("Name").fill("somebody");
  for (const [password, error] of [
    ["éééééa", "The password has 11 bytes. It needs at least 12."],
    ["x".repeat(1025), "The password has 1025 bytes. It may have at most 1024."],
  ]) {
    await page.getByLabel("Password", { exact: true }).fill(password);
    await press(page, "Register");
    await until("the error", async () => (await page.locator("#enter-error").innerText()) === error);
  }
  await context.close();
});

for (const locks of [true, false]) {
  step(`two tabs refresh at once, ${locks ? "one after the other by a Web Lock" : "without Web Locks"}: one rotation, both stay`, async () => {
    const context = await device({ locks });
    const page = await open(context);
    await register(page);
    const other = await open(context);
    await isIn(other);
    assert.equal(await sessionOfPage(other), await sessionOfPage(page));
    for (const tab of [page, other]) await silent(tab, false);
    await windowCloses(page);
    const [{ generation }, mark] = [await row(page), proxy.mark()];
    const gate = proxy.hold("/auth/refresh", locks ? "answer" : "request");
    await Promise.all([press(page, "Refresh now"), press(other, "Refresh now")]);
    await gate.arrived;
    if (locks) await sleep(1000);
    else await until("both are on their way", () => asked(mark, "/auth/refresh").length === 2);
    assert.equal(asked(mark, "/auth/refresh").length, locks ? 1 : 2, "a refresh waits for the one before");
    gate.release();
    const answers = await until("two answers", () => {
      const done = proxy.since(mark, "/auth/refresh").filter((it) => it.status !== null);
      return done.length >= 2 ? done : null;
    });
    assert.deepEqual(answers.map((it) => it.status), [200, 200]);
    assert.equal((await row(page)).generation, generation + 1, "one of them rotates");
    for (const tab of [page, other]) {
      assert.equal(await view(tab), "in");
      assert.equal((await refresh(tab)).status, 200);
    }
    await context.close();
  }, { smoke: locks });
}

step("six reloads within two seconds, three times: still logged in", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  for (let times = 0; times < 3; times += 1) {
    if (times > 0) await windowCloses(page);
    for (let reload = 0; reload < 6; reload += 1) {
      await page.evaluate(() => { location.reload(); }).catch(() => {});
      await sleep(300);
    }
    await settled(page);
    await isIn(page);
  }
  await rotate(page);
  assert.equal(await view(page), "in");
  await context.close();
});

step("a thief within the window is taken for a late tab; after it both tabs are logged out, with the reason", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  const other = await open(context);
  await isIn(other);
  const thief = /Replay the old refresh token/;
  await silent(other, false);
  await rotate(page);
  let mark = proxy.mark();
  await press(page, thief);
  const within = await until("an answer", () => proxy.since(mark, "/demo/thief").find((it) => it.status !== null));
  if ((await row(page)).ended === null) {
    assert.equal(JSON.parse(within.body).outcome, "repeated");
    await until("the verdict", async () => /Not noticed/.test(await page.locator("#verdict").innerText()));
  } else {
    assert.fail(`the window was over before the thief came: ${within.body}`);
  }
  await windowCloses(page);
  mark = proxy.mark();
  await press(page, thief);
  await until("the verdict", async () => /Caught/.test(await page.locator("#verdict").innerText()));
  const [after] = proxy.since(mark, "/demo/thief");
  assert.equal(JSON.parse(after.body).outcome, "refused");
  await refresh(page);
  for (const tab of [page, other]) {
    await isOut(tab);
    assert.match(await notice(tab), /your session was stolen/);
  }
  assert.equal(proxy.since(mark, "/auth/refresh").at(-1).status, 401);
  assert.deepEqual(proxy.since(mark, "/auth/refresh").flatMap((it) => it.setCookie), []);
  await context.close();
}, SMOKE);

step("each tab learns of the theft by itself, though the other does not tell it", async () => {
  const context = await device();
  await context.addInitScript(() => { delete window.BroadcastChannel; });
  const page = await open(context);
  await register(page);
  const other = await open(context);
  await isIn(other);
  await rotate(page);
  await windowCloses(page);
  await press(page, /Replay the old refresh token/);
  for (const tab of [page, other]) {
    await isOut(tab);
    assert.match(await notice(tab), /your session was stolen/);
  }
  await context.close();
});

step("a login while an old refresh is on its way waits for it, and wins", async () => {
  const context = await device();
  const page = await open(context);
  const name = await register(page);
  await silent(page, false);
  const old = await sessionOfPage(page);
  const other = await forgetful(context);
  await windowCloses(page);
  const gate = proxy.hold("/auth/refresh", "answer");
  const mark = proxy.mark();
  await press(page, "Refresh now");
  await gate.arrived;
  await logIn(other, name);
  await sleep(1000);
  assert.deepEqual(proxy.since(mark, "/auth/login"), [], "the login waits");
  gate.release();
  await isIn(other);
  const session = await sessionOfPage(other);
  assert.notEqual(session, old);
  assert.equal(await sessionOfCookie(context), session);
  await until("the first tab follows", async () => (await sessionOfPage(page)) === session);
  assert.equal((await refresh(page)).status, 200);
  await context.close();
});

step("a logout waits for a refresh that is on its way", async () => {
  const context = await device();
  const page = await open(context);
  await register(page);
  const other = await open(context);
  await isIn(other);
  for (const tab of [page, other]) await silent(tab, false);
  const gate = proxy.hold("/auth/refresh", "answer");
  const mark = proxy.mark();
  await press(page, "Refresh now");
  await gate.arrived;
  await press(other, "Log out");
  await sleep(1000);
  assert.deepEqual(asked(mark, "/auth/logout"), [], "the logout waits");
  gate.release();
  for (const tab of [page, other]) await isOut(tab);
  assert.equal(await cookie(context), undefined);
  await context.close();
});

for (const [what, url, act] of [
  ["log out everywhere", "/auth/sessions/end-all", (page) => press(page, "Log out everywhere")],
  ["delete the account", "/auth/delete-account", async (page) => {
    await page.getByText("Delete the account").first().click();
    await page.getByLabel("Your password").fill(PASSWORD);
    await press(page, "Delete the account");
  }],
]) {
  step(`${what}: a login of another tab waits until the cookie is gone, and stays`, async () => {
    const away = await device();
    const name = await register(await open(away));
    await away.close();
    const context = await device();
    const page = await open(context);
    await register(page);
    const other = await forgetful(context);
    const gate = proxy.hold(url, "answer");
    const mark = proxy.mark();
    await act(page);
    await gate.arrived;
    await logIn(other, name);
    await sleep(500);
    gate.release();
    await isIn(other);
    assert.deepEqual(asked(mark, url, "/auth/logout", "/auth/login"), [url, "/auth/logout", "/auth/login"]);
    assert.equal(await sessionOfCookie(context), await sessionOfPage(other));
    assert.equal((await refresh(other)).status, 200);
    await until("the first tab follows", async () => (await view(page)) === "in" && (await sessionOfPage(page)) === (await sessionOfPage(other)));
    await context.close();
  });
}

for (const name of ["Log out", "Log out everywhere"]) {
  step(`a click on "${name}" that waits for another tab's login does not end the new session`, async () => {
    const context = await device();
    const page = await open(context);
    const user = await register(page);
    await silent(page, false);
    const other = await forgetful(context);
    const gate = proxy.hold("/auth/login", "request");
    await logIn(other, user);
    await gate.arrived;
    await press(page, name);
    await sleep(500);
    gate.release();
    await isIn(other);
    const session = await sessionOfPage(other);
    await until("the first tab follows", async () => (await view(page)) === "in" && (await sessionOfPage(page)) === session);
    await sleep(500);
    assert.equal((await refresh(other)).status, 200);
    assert.equal(await sessionOfCookie(context), session);
    await context.close();
  });
}

step("a tab follows a login though its look at the row is still on its way", async () => {
  const context = await device();
  const page = await open(context);
  const user = await register(page);
  await silent(page, false);
  const other = await forgetful(context);
  const gate = proxy.hold("/demo/session", "answer");
  await refresh(page);
  await gate.arrived;
  await logIn(other, user);
  await isIn(other);
  await until("the first tab follows", async () => (await sessionOfPage(page)) === (await sessionOfPage(other)));
  gate.release();
  await context.close();
});

step("without Web Locks: a refresh that reaches the service after the login overwrites nothing", async () => {
  const { context, other, gate } = await race("request");
  gate.release();
  await until("the first tab follows", async () => (await sessionOfCookie(context)) === (await sessionOfPage(other)));
  await rotate(other);
  assert.equal(await view(other), "in");
  assert.equal(await sessionOfCookie(context), await sessionOfPage(other));
  await context.close();
});

step("without Web Locks: a late answer costs at most one more login", async () => {
  const { context, other, gate, name } = await race("answer");
  const session = await sessionOfPage(other);
  gate.release();
  await sleep(1000);
  if ((await sessionOfCookie(context)) === session) {
    note("the late answer changed no cookie");
  } else {
    const exchange = await refresh(other);
    assert.equal(exchange.status, 409, "the cookie is of the old session");
    assert.deepEqual(exchange.setCookie, []);
    await isOut(other);
    assert.match(await notice(other), /another session now/);
    await logIn(other, name);
    await isIn(other);
  }
  await rotate(other);
  assert.equal(await sessionOfCookie(context), await sessionOfPage(other));
  await context.close();
});

/// A refresh of one tab is held, and meanwhile the other one logs in.
async function race(when) {
  const context = await device({ locks: false });
  const page = await open(context);
  const name = await register(page);
  await silent(page, false);
  const other = await forgetful(context);
  await windowCloses(page);
  const gate = proxy.hold("/auth/refresh", when);
  await press(page, "Refresh now");
  await gate.arrived;
  await logIn(other, name);
  await isIn(other);
  return { context, page, other, gate, name };
}

step("devices: end one, log out everywhere", async () => {
  const desktop = await device();
  const page = await open(desktop);
  const name = await register(page);
  const phone = await device({ viewport: { width: 360, height: 800 }, isMobile: true, hasTouch: true });
  const onPhone = await open(phone);
  await logIn(onPhone, name);
  await isIn(onPhone);
  await press(page, "Reload the list");
  const lines = page.locator("#devices > li");
  await until("two devices", async () => (await lines.count()) === 2);
  assert.equal(await lines.filter({ hasText: "this one" }).count(), 1);
  await lines.filter({ hasNotText: "this one" }).getByRole("button").click();
  await until("one device", async () => (await lines.count()) === 1);
  await refresh(onPhone);
  await isOut(onPhone);
  assert.match(await notice(onPhone), /this session was ended/);

  await logIn(onPhone, name);
  await isIn(onPhone);
  await press(page, "Log out everywhere");
  await isOut(page);
  assert.match(await notice(page), /logged out everywhere/);
  await refresh(onPhone);
  await isOut(onPhone);
  assert.match(await notice(onPhone), /this session was ended/);
  await page.reload();
  await settled(page);
  assert.equal(await view(page), "out");
  await desktop.close();
  await phone.close();
});

step("end all others, change the password, delete the account", async () => {
  const first = await device();
  const page = await open(first);
  const name = await register(page);
  const second = await device();
  const other = await open(second);
  await logIn(other, name);
  await isIn(other);
  await press(page, "Reload the list");
  await until("two devices", async () => (await page.locator("#devices > li").count()) === 2);
  await press(page, "End all others");
  await until("one device", async () => (await page.locator("#devices > li").count()) === 1);
  await refresh(other);
  await isOut(other);

  await logIn(other, name);
  await isIn(other);
  await page.getByText("Change the password").first().click();
  await page.getByLabel("Current password").fill(`${PASSWORD}?`);
  await page.getByLabel("New password").fill(NEW_PASSWORD);
  await press(page, "Change the password");
  await until("the refusal", async () => /current password is wrong/.test(await page.locator("#change-error").innerText()));
  await page.getByLabel("Current password").fill(PASSWORD);
  await press(page, "Change the password");
  await until("the change", () => proxy.since(0, "/auth/password").some((it) => it.status === 200));
  await refresh(other);
  await isOut(other);
  assert.equal(await view(page), "in");
  await logIn(other, name, PASSWORD);
  await until("the refusal", async () => /password is wrong/.test(await other.locator("#enter-error").innerText()));
  await logIn(other, name, NEW_PASSWORD);
  await isIn(other);

  await page.getByText("Delete the account").first().click();
  await page.getByLabel("Your password").fill(NEW_PASSWORD);
  await press(page, "Delete the account");
  await isOut(page);
  assert.match(await notice(page), /The account is deleted/);
  assert.equal(await cookie(first), undefined, "the cookie is gone");
  await refresh(other);
  await isOut(other);
  await first.close();
  await second.close();
});

step("another port of the same host: the cookie travels, and forms and fetch get nothing", async () => {
  await attack("127.0.0.1", true);
}, SMOKE);

step("localhost against 127.0.0.1: no cookie travels, and forms and fetch get nothing", async () => {
  await attack("localhost", false);
});

/// All that a page of another origin can send. Afterwards the session is as before.
async function attack(host, cookieTravels) {
  const site = await startOtherSite();
  const context = await device();
  const page = await open(context);
  const name = await register(page);
  await silent(page, false);
  // A refresh would now rotate, and so leave a trace.
  await windowCloses(page);
  const before = { row: await row(page), cookie: (await cookie(context)).value };
  // A session of the thief's own, that he would like the victim to have.
  const evil = await context.newPage();
  await evil.goto(`http://${host}:${site.port}/`);
  const mark = proxy.mark();
  const results = await evil.evaluate(async ({ origin, user, password }) => {
    const posts = ["/auth/refresh", "/auth/logout", "/auth/login", "/auth/register", "/auth/sessions/end-all", "/auth/password", "/token/login", "/demo/thief"];
    const gets = ["/auth/sessions", "/me", "/demo/session"];
    const credentials = JSON.stringify({ name: user, password });
    const tries = [];
    for (const url of posts) {
      for (const mode of ["no-cors", "cors"]) {
        tries.push([url, { method: "POST", mode }]);
        tries.push([url, { method: "POST", mode, body: credentials, headers: { "Content-Type": "text/plain" } }]);
        tries.push([url, { method: "POST", mode, body: credentials, headers: { "Content-Type": "application/json", "X-Requested-With": "jwt-pair" } }]);
      }
    }
    for (const url of gets) tries.push([url, { mode: "no-cors" }], [url, { mode: "cors" }]);
    const read = [];
    for (const [url, init] of tries) {
      const options = { ...init, credentials: "include" };
      try {
        const answer = await fetch(origin + url, options);
        if (answer.type !== "opaque") read.push(`${url}: ${answer.type} ${answer.status} ${await answer.text()}`);
      } catch { /* The browser gives nothing. */ }
    }
    return read;
  }, { origin: proxy.origin, user: name, password: PASSWORD });
  assert.deepEqual(results, [], "a script can read an answer");
  for (const [url, enctype] of ["/auth/refresh", "/auth/logout", "/auth/login", "/auth/register", "/auth/sessions/end-all"]
    .flatMap((it) => ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"].map((type) => [it, type]))) {
    const form = await context.newPage();
    await form.goto(`http://${host}:${site.port}/`);
    await form.evaluate(({ action, type, user, password }) => {
      const made = Object.assign(document.createElement("form"), { method: "post", action, enctype: type });
      // As text it is `{"name":"…","password":"…","x":"=…"}`.
      const input = Object.assign(document.createElement("input"), { name: `{"name":${JSON.stringify(user)},"password":${JSON.stringify(password)},"x":"`, value: '"}' });
      made.append(input);
      document.body.append(made);
      made.submit();
    }, { action: proxy.origin + url, type: enctype, user: name, password: PASSWORD });
    await until("the form is answered", () => proxy.since(mark, url).some((it) => it.headers["content-type"]?.startsWith(enctype) && it.headers["sec-fetch-mode"] === "navigate" && it.status !== null));
    await form.close();
  }
  // A frame of the page: `frame-ancestors` forbids it.
  await evil.evaluate((src) => new Promise((resolve) => {
    const frame = Object.assign(document.createElement("iframe"), { src, onload: resolve });
    document.body.append(frame);
  }), `${proxy.origin}/`);
  const framed = evil.frames().filter((it) => it !== evil.mainFrame());
  for (const frame of framed) assert.equal(await frame.locator("#enter").count().catch(() => 0), 0, "the page is framed");

  const sent = proxy.since(mark).filter((it) => it.method !== "OPTIONS" && it.headers["sec-fetch-site"] !== "same-origin");
  assert.ok(sent.length > 20, `only ${sent.length} requests arrived`);
  const withCookie = sent.filter((it) => it.headers.cookie?.includes(COOKIE));
  if (cookieTravels) assert.ok(withCookie.length > 10, "the cookie should travel here, else this shows nothing");
  else assert.deepEqual(withCookie, []);
  assert.deepEqual(sent.flatMap((it) => it.setCookie), [], "an answer sets a cookie");
  const accepted = sent.filter((it) => it.status < 400 && it.url !== "/").map((it) => `${it.method} ${it.url} ${it.status}`);
  assert.deepEqual(accepted, []);
  assert.equal(await rotatedAt(name, before.row.session_id), before.row.rotated_at, "the row is as before");
  assert.equal((await cookie(context)).value, before.cookie);
  note(`${sent.length} requests, ${withCookie.length} with the cookie, all refused`);
  assert.equal((await refresh(page)).status, 200);
  site.stop();
  await context.close();
}

/// When the session has last rotated, as the list of another device shows it; nothing if it has ended.
async function rotatedAt(name, session) {
  const context = await device();
  const page = await open(context);
  await logIn(page, name);
  await isIn(page);
  const access = await token(page);
  const { sessions } = await page.evaluate(async (bearer) => {
    const answer = await fetch("/auth/sessions", { headers: { Authorization: `Bearer ${bearer}` } });
    return answer.json();
  }, access);
  await context.close();
  return sessions.find((it) => it.session_id === session)?.rotated_at;
}

step("by keyboard alone: register, refresh, be robbed, log in, log out; each control has a name", async () => {
  const context = await device();
  const page = await open(context);
  await everyControlHasAName(page);
  await tabTo(page, "Log in", "radio");
  await page.keyboard.press("ArrowRight");
  await everyControlHasAName(page);
  await tabTo(page, "Name", "textbox");
  users += 1;
  await page.keyboard.type(`user-${users}`);
  await tabTo(page, "Password", "textbox");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await isIn(page);
  await everyControlHasAName(page);
  await windowCloses(page);
  await tabTo(page, "Refresh now", "button");
  const mark = proxy.mark();
  await page.keyboard.press("Enter");
  await until("a rotation", () => proxy.since(mark, "/auth/refresh").some((it) => it.setCookie.length === 1));
  await windowCloses(page);
  await until("the thief may come", () => button(page, /Replay the old/).isEnabled());
  await tabTo(page, "Replay the old refresh token as a thief", "button");
  await page.keyboard.press("Space");
  await until("the verdict", async () => /Caught/.test(await page.locator("#verdict").innerText()));
  await isOut(page);
  await tabTo(page, "Name", "textbox");
  await page.keyboard.type(`user-${users}`);
  await tabTo(page, "Password", "textbox");
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await isIn(page);
  await tabTo(page, "Change the password", null);
  await page.keyboard.press("Enter");
  await tabTo(page, "Current password", "textbox");
  await everyControlHasAName(page);
  await tabTo(page, "Log out", "button");
  await page.keyboard.press("Enter");
  await isOut(page);
  assert.equal(await page.evaluate(() => document.activeElement.id), "main", "the focus is not lost");
  await context.close();
});

/// Presses Tab until the control has the focus, and sees that the focus is visible.
async function tabTo(page, name, role) {
  const seen = [];
  for (let times = 0; times < 60; times += 1) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const it = document.activeElement;
      const marked = it.matches("input[type=radio], [role=switch]") ? it.nextElementSibling : it;
      const { outlineStyle, outlineWidth } = getComputedStyle(marked);
      const label = it.getAttribute("aria-label") ?? it.labels?.[0]?.textContent ?? it.textContent;
      const roles = { INPUT: it.type === "radio" ? "radio" : "textbox", BUTTON: "button" };
      return { name: label.trim().replace(/\s+/g, " "), role: roles[it.tagName] ?? null, visible: outlineStyle !== "none" && outlineWidth !== "0px", tag: it.tagName };
    });
    if (focused.tag !== "BODY") assert.ok(focused.visible, `the focus on ${focused.name} cannot be seen`);
    seen.push(focused.name);
    if (focused.name === name && focused.role === role) return;
  }
  assert.fail(`${name} cannot be reached by Tab: ${seen.join(" | ")}`);
}

/// By the browser's own tree for screen readers.
async function everyControlHasAName(page) {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send("Accessibility.getFullAXTree");
  const roles = new Set(["button", "textbox", "checkbox", "radio", "switch", "link", "list", "region", "form", "timer", "DisclosureTriangle"]);
  const controls = nodes.filter((it) => !it.ignored && roles.has(it.role?.value));
  assert.ok(controls.length > 4, "the tree is empty");
  const needsName = (it) => !["list", "form"].includes(it.role.value) || it.properties?.some((property) => property.name === "focusable" && property.value.value);
  assert.deepEqual(controls.filter((it) => needsName(it) && !it.name?.value).map((it) => it.role.value), [], "controls without a name");
  await client.detach();
}

for (const [width, height] of [[1400, 1000], [360, 800]]) {
  for (const colorScheme of ["light", "dark"]) {
    step(`screenshots at ${width} px, ${colorScheme}`, async () => {
      const context = await device({ viewport: { width, height }, colorScheme });
      const page = await open(context);
      await choose(page, "New account");
      await press(page, "Fill in a sample account");
      await shoot(page, `welcome-${width}-${colorScheme}`);
      proxy.secrets.add(await page.getByLabel("Password", { exact: true }).inputValue());
      await press(page, "Register");
      await isIn(page);
      await rotate(page);
      await shoot(page, `session-${width}-${colorScheme}`);
      await windowCloses(page);
      await press(page, /Replay the old/);
      await until("the verdict", async () => /Caught/.test(await page.locator("#verdict").innerText()));
      await shoot(page, `thief-${width}-${colorScheme}`);
      // The one in the README of the service.
      const picture = { path: path.join(options.screenshots, "picture.jpg"), type: "jpeg", quality: 70, fullPage: true };
      if (width === 1400 && colorScheme === "light") await page.screenshot(picture);
      await refresh(page);
      await isOut(page);
      assert.equal(await page.evaluate(() => scrollY), 0, "the notice can be seen");
      await shoot(page, `stolen-${width}-${colorScheme}`);
      await context.close();
    }, { smoke: width === 1400 && colorScheme === "light" });
  }
}

/// Nothing may stick out at the side, at any width.
async function shoot(page, name) {
  const [wide, view] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= view, `${name}: ${wide} px in a view of ${view} px`);
  await page.evaluate(() => { document.querySelector("#toast").textContent = ""; });
  await page.screenshot({ path: path.join(options.screenshots, `${name}.png`), fullPage: true });
}

step("every answer with a token or a refusal is not stored; none shows a refresh token that a cookie has", async () => {
  const ofAuth = proxy.exchanges.filter((it) => it.url.startsWith("/auth/") && it.cacheControl !== undefined);
  assert.deepEqual(ofAuth.filter((it) => it.cacheControl !== "no-store").map((it) => `${it.method} ${it.url}: ${it.cacheControl}`), []);
  const cookies = proxy.exchanges.flatMap((it) => it.setCookie).map((it) => /=([^;]*)/.exec(it)[1]).filter(Boolean);
  assert.ok(cookies.length > 3, "no cookie was seen");
  const bodies = proxy.exchanges.map((it) => it.body).join("\n");
  assert.deepEqual(cookies.filter((it) => bodies.includes(it)), []);
}, SMOKE);

step("no line of the service's log has a token or a password, and no answer was 5xx", async () => {
  assert.equal(service.hasEnded(), null, "the service has ended");
  assert.ok(service.log.length > 1, "the log is empty");
  assert.ok(proxy.secrets.size > 5, "no secret was collected");
  const log = service.log.join("\n");
  for (const secret of proxy.secrets) {
    assert.ok(!log.includes(secret), "a secret is in the log");
    const [, payload, mac] = secret.split(".");
    if (mac) assert.ok(!log.includes(mac) && !log.includes(payload), "a part of a token is in the log");
  }
  const faults = proxy.exchanges.filter((it) => it.status >= 500 && it.cacheControl !== undefined);
  assert.deepEqual(faults.map((it) => `${it.method} ${it.url} ${it.status}`), []);
  note(`${service.log.length} lines, ${proxy.secrets.size} secrets, ${proxy.exchanges.length} requests`);
}, SMOKE);

// ------------------------------------------------------------------------------------------------- run

let remark = "";
function note(text) {
  remark = `  (${text})`;
}

let failed = 0;
await mkdir(options.screenshots, { recursive: true });
const chosen = steps.filter((it) => (!options.smoke || it.smoke) && (!options.only || it.name.includes(options.only)));
for (const { name, run } of chosen) {
  const begun = Date.now();
  remark = "";
  problems.length = 0;
  try {
    await run();
    assert.deepEqual(problems, []);
    console.log(`ok      ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${name}${remark}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${name}\n${error.stack.split("\n").slice(0, 16).join("\n")}`);
    for (const problem of problems) console.log(`        ${problem}`);
  }
  proxy.answers.clear();
  proxy.gates.length = 0;
}
console.log(`Chromium ${browser.version()}: ${chosen.length - failed} of ${chosen.length} steps passed`);
if (failed > 0) console.log(`the last lines of the service's log:\n${service.log.slice(-20).join("\n")}`);
await browser.close();
proxy.stop();
await service.stop();
process.exit(failed === 0 ? 0 : 1);
