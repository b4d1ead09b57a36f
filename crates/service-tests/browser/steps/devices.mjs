// Several browsers of one user, and the account.

import assert from "node:assert/strict";

import {
  cookie, device, isIn, isOut, logIn, NEW_PASSWORD, notice, open, PASSWORD, press, proxy, refresh,
  register, settled, step, view,
} from "../user.mjs";
import { until } from "../world.mjs";

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
