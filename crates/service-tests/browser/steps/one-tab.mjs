// One tab: log in, refresh, log out, and what the page says.

import assert from "node:assert/strict";

import {
  asked, choose, clockLeft, cookie, device, hide, isExpired, isIn, isOut, logIn, moveDate,
  NEW_PASSWORD, notice, open, PASSWORD, press, proxy, register, settled, silent, SMOKE, step,
  stopTime, token, view,
} from "../user.mjs";
import { COOKIE, claims, sleep, until } from "../world.mjs";

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
