import { answer, load } from "./contract.mjs";

const { KJUR, b64utoutf8 } = load("jsrsasign");

await answer(
  (asked) => {
    asked.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub");
    const accepted = { alg: ["HS256"], verifyAt: asked.now, gracePeriod: asked.leeway };
    if (asked.aud.length) accepted.aud = asked.aud;
    if (asked.iss.length) accepted.iss = asked.iss;
    if (asked.sub !== null) accepted.sub = [asked.sub];
    const key = { hex: asked.secret.toString("hex") };
    if (!KJUR.jws.JWS.verifyJWT(asked.token, key, accepted)) throw new Error("it says false");
    return KJUR.jws.JWS.readSafeJSONString(b64utoutf8(asked.token.split(".")[1]));
  },
  () => undefined,
);
