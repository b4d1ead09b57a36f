// Several tabs of one browser, which share a cookie.

import assert from "node:assert/strict";

import {
  asked, cookie, device, forgetful, isIn, isOut, logIn, note, notice, open, PASSWORD, press,
  proxy, refresh, register, rotate, row, sessionOfCookie, sessionOfPage, settled, silent, SMOKE,
  step, view, windowCloses,
} from "../user.mjs";
import { sleep, until } from "../world.mjs";

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
  assert.equal(await page.locator("#log li", { hasText: "/demo/session" }).filter({ hasText: "On its way" }).count(), 1, "it has not waited");
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
