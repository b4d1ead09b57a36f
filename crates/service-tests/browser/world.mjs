// What the browser test runs against: the service, a proxy in front of it, and Chromium.
//
// The proxy is the origin that the browser sees. It notes each exchange, collects the secrets that
// pass, and holds back requests or answers when a step asks for it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import readline from "node:readline";

import { chromium } from "playwright-core";

export const COOKIE = "__Host-Http-refresh";

export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/// Asks until the answer is true. The limit is for a test that hangs, and says nothing of speed.
export async function until(what, ask, limit = 60_000) {
  const end = Date.now() + limit;
  let last;
  do {
    last = await ask();
    if (last) return last;
    await sleep(50);
  } while (Date.now() < end);
  throw new Error(`it never came to this: ${what}`);
}

/// The service as a process of its own, with all that it has written to its log.
export async function startService(program, origin) {
  const data = await mkdtemp(path.join(tmpdir(), "jwt-pair-browser-"));
  const log = [];
  const child = spawn(program, ["--listen", "127.0.0.1:0", "--data", data, "--demo", "--origin", origin, ...extraArguments()]);
  let first = "";
  readline.createInterface({ input: child.stderr }).on("line", (line) => log.push(line));
  const out = readline.createInterface({ input: child.stdout });
  out.on("line", (line) => { first ||= line; log.push(line); });
  let status = null;
  child.once("exit", (code, signal) => { status = `it ended with ${code ?? signal}`; });
  child.once("error", (error) => { status = error.message; });
  const url = await until("the service prints its address", () => {
    assert.equal(status, null, log.join("\n"));
    return /^http:\/\/127\.0\.0\.1:\d+\/$/.test(first) ? first : null;
  });
  const stop = async () => {
    if (status === null) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    await rm(data, { recursive: true, force: true });
  };
  return { port: Number(new URL(url).port), log, stop, hasEnded: () => status };
}

/// Settings for every start of the service, from the environment.
const extraArguments = () => (process.env.SERVICE_ARGUMENTS ?? "").split(" ").filter(Boolean);

/// Listens first, since the service must know the origin, and is told the port behind it later.
export async function startProxy() {
  const proxy = { exchanges: [], secrets: new Set(), target: 0, gates: [], answers: new Map() };
  const server = http.createServer((request, response) => {
    forward(proxy, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  return Object.assign(proxy, {
    origin: `http://127.0.0.1:${port}`,
    port,
    stop: () => { server.closeAllConnections(); server.close(); },
    /// Holds the next exchange of the path: "request" before it reaches the service, "answer" after.
    hold(url, when) {
      const gate = { url, when };
      gate.arrived = new Promise((resolve) => { gate.arrive = resolve; });
      gate.released = new Promise((resolve) => { gate.release = resolve; });
      proxy.gates.push(gate);
      return gate;
    },
    /// The exchanges of a path since a mark.
    since: (mark, url) => proxy.exchanges.slice(mark).filter((it) => !url || it.url === url),
    mark: () => proxy.exchanges.length,
  });
}

async function forward(proxy, request, response) {
  const parts = [];
  for await (const part of request) parts.push(part);
  const exchange = { method: request.method, url: request.url, headers: request.headers, status: null, setCookie: [], body: "" };
  proxy.exchanges.push(exchange);
  const canned = proxy.answers.get(request.url);
  if (canned) {
    exchange.status = canned.status;
    response.writeHead(canned.status, { "Content-Type": "application/problem+json" });
    response.end(JSON.stringify(canned.body ?? {}));
    return;
  }
  const at = proxy.gates.findIndex((gate) => gate.url === request.url);
  const [gate] = at < 0 ? [] : proxy.gates.splice(at, 1);
  if (gate?.when === "request") {
    gate.arrive();
    await gate.released;
  }
  const upstream = http.request({ host: "127.0.0.1", port: proxy.target, method: request.method, path: request.url, headers: request.headers, agent: false });
  upstream.end(Buffer.concat(parts));
  const [answer] = await once(upstream, "response");
  const body = [];
  for await (const part of answer) body.push(part);
  exchange.status = answer.statusCode;
  exchange.setCookie = answer.headers["set-cookie"] ?? [];
  exchange.cacheControl = answer.headers["cache-control"];
  const page = await pageFile(request.url);
  if (page !== null) {
    body.splice(0, body.length, page);
    answer.rawHeaders.forEach((value, at, all) => {
      if (value.toLowerCase() === "content-length") all[at + 1] = String(page.length);
    });
  }
  exchange.body = Buffer.concat(body).toString();
  collectSecrets(proxy, exchange);
  if (gate?.when === "answer") {
    gate.arrive();
    await gate.released;
  }
  response.writeHead(answer.statusCode, answer.rawHeaders);
  response.end(Buffer.concat(body));
}

/// With PAGE, the page of that folder instead of the one that is built in: to write it without builds.
async function pageFile(url) {
  const file = { "/": "index.html", "/page.css": "page.css", "/page.js": "page.js" }[url];
  return process.env.PAGE && file ? readFile(path.join(process.env.PAGE, file)) : null;
}

function collectSecrets(proxy, exchange) {
  for (const cookie of exchange.setCookie) {
    const value = /^[^=]+=([^;]*)/.exec(cookie)?.[1];
    if (value) proxy.secrets.add(value);
  }
  const token = /"access_token":"([^"]+)"/.exec(exchange.body)?.[1];
  if (token) proxy.secrets.add(token);
}

/// Another web site: it serves one empty page on each path.
export async function startOtherSite() {
  const server = http.createServer((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>Another site</title>");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: server.address().port, stop: () => { server.closeAllConnections(); server.close(); } };
}

export function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  // A browser of root's has no sandbox: the pages are the test's own.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  return chromium.launch({ executablePath, args });
}

/// The claims of a token, not verified.
export function claims(token) {
  return JSON.parse(Buffer.from(token.split(".")[1], "base64url").toString());
}
