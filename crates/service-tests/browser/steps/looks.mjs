// Keyboard, screen readers, and how it looks.

import assert from "node:assert/strict";
import path from "node:path";

import {
  button, choose, device, isIn, isOut, newName, open, options, PASSWORD, press, proxy, refresh,
  rotate, step, view, windowCloses,
} from "../user.mjs";
import { until } from "../world.mjs";

step("by keyboard alone: register, refresh, be robbed, log in, log out; each control has a name", async () => {
  const context = await device();
  const page = await open(context);
  await everyControlHasAName(page);
  await tabTo(page, "Log in", "radio");
  await page.keyboard.press("ArrowRight");
  await everyControlHasAName(page);
  await tabTo(page, "Name", "textbox");
  const name = newName();
  await page.keyboard.type(name);
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
  await page.keyboard.type(name);
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
