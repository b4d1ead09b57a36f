// What a user does in a browser, and the list of steps.

import assert from "node:assert/strict";
import { parseArgs } from "node:util";

import { COOKIE, claims, launch, startProxy, startService, until } from "./world.mjs";

export const { values: options } = parseArgs({
  options: { smoke: { type: "boolean" }, service: { type: "string" }, screenshots: { type: "string" }, only: { type: "string" } },
});

export const PASSWORD = "correct horse battery staple";
export const NEW_PASSWORD = "another staple for the horse";

export const proxy = await startProxy();
export const service = await startService(options.service, proxy.origin);
proxy.target = service.port;
proxy.secrets.add(PASSWORD).add(NEW_PASSWORD);
export const browser = await launch();
export const problems = [];
let users = 0;
export const newName = () => `user-${users += 1}`;

/// A browser profile of its own: another device. Its pages can be hidden, and their date moved.
export async function device({ locks = true, ...more } = {}) {
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

export async function open(context) {
  const page = await context.newPage();
  await page.goto(`${proxy.origin}/`);
  await settled(page);
  return page;
}

/// Nothing while the page is loaded anew.
export const view = (page) => page.evaluate(() => document.body?.dataset.view).catch(() => undefined);
export const settled = (page) => until("the page has started", async () => ["in", "out"].includes(await view(page)));
export const isIn = (page) => until("the page is logged in", async () => (await view(page)) === "in");
export const isOut = (page) => until("the page is logged out", async () => (await view(page)) === "out");
export const notice = (page) => page.locator("#notice").innerText();
export const button = (page, name) => page.getByRole("button", { name, exact: typeof name === "string" });
export const press = (page, name) => button(page, name).click();

export const choose = (page, name) => page.getByRole("radio", { name }).check({ force: true });

export async function register(page) {
  const name = newName();
  await choose(page, "New account");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await press(page, "Register");
  await isIn(page);
  return name;
}

export async function logIn(page, name, password = PASSWORD) {
  await choose(page, "Log in");
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await press(page, "Log in");
}

export const hide = (page, hidden) => page.evaluate((value) => window.hide(value), hidden);
export const moveDate = (page, hours) => page.evaluate((ms) => window.moveDate(ms), hours * 3_600_000);
export const clockLeft = (page) => page.locator("#clock-left").innerText();
export const isExpired = async (page) => (await clockLeft(page)) === "expired";

/// From here on the time of the page stands, and goes on by `page.clock.runFor` alone. The service's
/// time does not.
export async function stopTime(page) {
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 60_000);
}

/// Another tab, which has forgotten the session, as after "clear site data", and shows the form.
export async function forgetful(context) {
  const page = await open(context);
  await isIn(page);
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await settled(page);
  return page;
}

/// What was sent since a mark, of these paths, in order.
export const asked = (mark, ...paths) => proxy.since(mark).map((it) => it.url).filter((it) => paths.includes(it));

export const silent = (page, on) => page.getByRole("switch", { name: "Refresh silently" }).setChecked(on, { force: true });
export const cookie = async (context) => (await context.cookies(proxy.origin)).find((it) => it.name === COOKIE);
export const sessionOfCookie = async (context) => claims((await cookie(context)).value).session_id;
export const token = (page) => page.locator(".jwt code").innerText();
export const sessionOfPage = async (page) => claims(await token(page)).session_id;

/// The row as the panel shows it after it was loaded anew.
export async function row(page) {
  const access = await token(page);
  return page.evaluate(async (bearer) => {
    const answer = await fetch("/demo/session", { headers: { Authorization: `Bearer ${bearer}` } });
    return answer.json();
  }, access);
}

/// The window is closed: the next refresh rotates.
export async function windowCloses(page) {
  const window = JSON.parse(proxy.exchanges.find((it) => it.url === "/config").body).window;
  await until("the window closes", async () => {
    const { now, rotated_at: rotated } = await row(page);
    return now >= rotated + window;
  });
}

/// One refresh by the button; its exchange.
export async function refresh(page) {
  const mark = proxy.mark();
  await press(page, "Refresh now");
  return until("a refresh is answered", () => proxy.since(mark, "/auth/refresh").find((it) => it.status !== null));
}

export async function rotate(page) {
  await windowCloses(page);
  const exchange = await refresh(page);
  assert.equal(exchange.status, 200);
  assert.equal(exchange.setCookie.length, 1, "it rotates");
  const { generation } = await row(page);
  await until("the panel shows it", async () => (await page.locator("#row-generation").innerText()) === String(generation));
}

// ----------------------------------------------------------------------------------------------- steps

export const steps = [];
export const step = (name, run, { smoke = false } = {}) => steps.push({ name, run, smoke });
export const SMOKE = { smoke: true };

/// What the line of a step says beside its name.
export const remark = { text: "" };
export const note = (text) => { remark.text = `  (${text})`; };
