// fast-jwt without its cache, for orientation. Arguments: the folder it is installed in, the secret
// in hex.

import { createRequire } from "node:module";
import { ACCESS_SECONDS, REFRESH_SECONDS, now, serve } from "./protocol.mjs";

const [, , folder, secret] = process.argv;
const { createSigner, createVerifier } = createRequire(`${folder}/`)("fast-jwt");
const key = Buffer.from(secret, "hex");
const signer = createSigner({ key, algorithm: "HS256" });
const decode = createVerifier({ key, algorithms: ["HS256"], requiredClaims: ["exp"] });

function sign(claims, seconds, iat) {
  return signer({ ...claims, exp: iat + seconds, iat });
}

const user = { user_id: 123, user_type: "customer", session_id: "session123" };
const session = { user_id: 123, session_id: "session123" };

function issue() {
  const iat = now();
  return [sign(user, ACCESS_SECONDS, iat), sign(session, REFRESH_SECONDS, iat)];
}

function renew(token) {
  const { user_id, session_id } = decode(token);
  return [sign({ user_id, user_type: "customer", session_id }, ACCESS_SECONDS, now())];
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
