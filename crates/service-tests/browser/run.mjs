// The page in a real browser, against the real service. `run --help` says how.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";

import { browser, options, problems, proxy, remark, service, steps } from "./user.mjs";
import "./steps/one-tab.mjs";
import "./steps/tabs.mjs";
import "./steps/devices.mjs";
import "./steps/origins.mjs";
import "./steps/looks.mjs";
import "./steps/whole.mjs";

let failed = 0;
await mkdir(options.screenshots, { recursive: true });
const chosen = steps.filter((it) => (!options.smoke || it.smoke) && (!options.only || it.name.includes(options.only)));
for (const { name, run } of chosen) {
  const begun = Date.now();
  remark.text = "";
  problems.length = 0;
  try {
    await run();
    assert.deepEqual(problems, []);
    console.log(`ok      ${((Date.now() - begun) / 1000).toFixed(1).padStart(5)} s  ${name}${remark.text}`);
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
