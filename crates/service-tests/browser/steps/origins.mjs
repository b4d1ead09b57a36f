// Pages of other origins.

import assert from "node:assert/strict";

import {
  cookie, device, isIn, logIn, note, open, PASSWORD, proxy, refresh, register, row, silent, SMOKE,
  step, token, windowCloses,
} from "../user.mjs";
import { COOKIE, startOtherSite, until } from "../world.mjs";

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
