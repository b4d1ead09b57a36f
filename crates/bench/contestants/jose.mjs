// jose, for orientation. Arguments: the folder it is installed in, the secret in hex.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { ACCESS_SECONDS, REFRESH_SECONDS, now, serve } from "./protocol.mjs";

const [, , folder, secret] = process.argv;
const { SignJWT, jwtVerify } = await import(
  pathToFileURL(createRequire(`${folder}/`).resolve("jose"))
);
const algorithm = { name: "HMAC", hash: "SHA-256" };
const bytes = Buffer.from(secret, "hex");
const key = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign", "verify"]);

function sign(claims, seconds, iat) {
  const token = new SignJWT({ ...claims, exp: iat + seconds, iat });
  return token.setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(key);
}

async function decode(token) {
  const options = { algorithms: ["HS256"], requiredClaims: ["exp"] };
  return (await jwtVerify(token, key, options)).payload;
}

const user = { user_id: 123, user_type: "customer", session_id: "session123" };
const session = { user_id: 123, session_id: "session123" };

async function issue() {
  const iat = now();
  return [await sign(user, ACCESS_SECONDS, iat), await sign(session, REFRESH_SECONDS, iat)];
}

async function renew(token) {
  const { user_id, session_id } = await decode(token);
  return [await sign({ user_id, user_type: "customer", session_id }, ACCESS_SECONDS, now())];
}

await serve((operation, [token]) => {
  switch (operation) {
    case "issue":
      return ["tokens", issue];
    case "renew":
      return ["tokens", () => renew(token)];
    case "access":
    case "refresh":
    case "untyped":
    case "data":
      return ["claims", () => decode(token)];
  }
});
