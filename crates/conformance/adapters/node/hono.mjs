import { answer, loadModule } from "./contract.mjs";

const { verify } = await loadModule("hono/jwt");
const algorithm = { name: "HMAC", hash: "SHA-256" };

await answer(
  async (asked) => {
    asked.offers("aud", "one of several aud", "iss", "typ");
    const key = await crypto.subtle.importKey("raw", asked.secret, algorithm, false, ["verify"]);
    const options = { alg: "HS256" };
    if (asked.aud.length) options.aud = asked.aud;
    if (asked.iss.length) options.iss = asked.iss[0];
    if (asked.typ !== null) options.typ = asked.typ;
    return await verify(asked.token, key, options);
  },
  (error) => {
    if (error.name === "JwtTokenExpired") return "expired";
    if (error.name === "JwtTokenNotBefore") return "not_yet_valid";
  },
);
