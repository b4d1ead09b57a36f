// The contract of ../../README.md for Node: answer(check) serves it.
//
// check(case) returns the claims or throws. `verdict(error)` tells "expired" and "not_yet_valid" from
// other refusals. `NotOffered` says that the library has no parameter.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { createInterface } from "node:readline";

export class NotOffered extends Error {}

const require = createRequire(`${process.env.OUT}/`);

/** A CommonJS package, or the CommonJS side of one. */
export const load = (name) => require(name);

/** An ES module, by a name that `require` resolves, or by its path below node_modules. */
export const loadModule = (name) => import(pathToFileURL(require.resolve(name)));

class Case {
  constructor(line) {
    const { id, token, token_hex, secret_b64url, now, leeway, policy } = JSON.parse(line);
    Object.assign(this, { id, now, leeway, ...policy });
    this.secret = Buffer.from(secret_b64url, "base64url");
    // A token that is not UTF-8 comes as Node reads such bytes from a request's header.
    this.token = token ?? Buffer.from(token_hex, "hex").toString("latin1");
  }

  /** Throws for what the case asks and the library has no parameter for. */
  offers(...names) {
    const asked = {
      leeway: this.leeway > 0,
      aud: this.aud.length > 0,
      iss: this.iss.length > 0,
      sub: this.sub !== null,
      typ: this.typ !== null,
      "one of several aud": this.aud.length > 1,
      "one of several iss": this.iss.length > 1,
    };
    for (const [name, isAsked] of Object.entries(asked)) {
      if (isAsked && !names.includes(name)) throw new NotOffered(name);
    }
  }
}

export async function answer(check, verdict) {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const asked = new Case(line);
    let said;
    try {
      said = { verdict: "valid", claims: await check(asked) };
    } catch (error) {
      if (error instanceof NotOffered) {
        said = { verdict: "not_offered", error: error.message };
      } else {
        const described = `${error?.name ?? typeof error}: ${error?.message ?? error}`;
        said = { verdict: verdict(error) ?? "invalid", error: described };
      }
    }
    let text;
    try {
      text = JSON.stringify({ id: asked.id, ...said });
    } catch (error) {
      // Too deep to be written: that is no fault of the library.
      text = JSON.stringify({ id: asked.id, verdict: said.verdict, error: String(error) });
    }
    // Through a pipe, written before the next case is read.
    await new Promise((resolve) => process.stdout.write(text + "\n", resolve));
  }
}
