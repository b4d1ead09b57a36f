import { NotOffered, answer, load } from "./contract.mjs";

const { createVerifier } = load("fast-jwt");

await answer(
  (asked) => {
    asked.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub", "typ");
    if (asked.now === 0) throw new NotOffered("a time of 0");
    const options = {
      key: asked.secret,
      algorithms: ["HS256"],
      clockTimestamp: asked.now * 1000,
      clockTolerance: asked.leeway * 1000,
    };
    if (!asked.exp_optional) options.requiredClaims = ["exp"];
    if (asked.aud.length) options.allowedAud = asked.aud;
    if (asked.iss.length) options.allowedIss = asked.iss;
    if (asked.sub !== null) options.allowedSub = asked.sub;
    if (asked.typ !== null) options.checkTyp = asked.typ;
    return createVerifier(options)(asked.token);
  },
  (error) => {
    if (error.code === "FAST_JWT_EXPIRED") return "expired";
    if (error.code === "FAST_JWT_INACTIVE") return "not_yet_valid";
  },
);
