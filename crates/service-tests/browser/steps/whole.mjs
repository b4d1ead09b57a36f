// After all others: what the proxy and the log have seen.

import assert from "node:assert/strict";

import { note, proxy, service, SMOKE, step } from "../user.mjs";

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
