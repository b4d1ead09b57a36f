import { NotOffered, answer, load } from "./contract.mjs";

const jwt = load("jsonwebtoken");

await answer(
  (asked) => {
    asked.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub");
    // 0 counts as no time.
    if (asked.now === 0) throw new NotOffered("a time of 0");
    const options = {
      algorithms: ["HS256"],
      clockTimestamp: asked.now,
      clockTolerance: asked.leeway,
    };
    if (asked.aud.length) options.audience = asked.aud;
    if (asked.iss.length) options.issuer = asked.iss;
    if (asked.sub !== null) options.subject = asked.sub;
    return jwt.verify(asked.token, asked.secret, options);
  },
  (error) => {
    if (error.name === "TokenExpiredError") return "expired";
    if (error.name === "NotBeforeError") return "not_yet_valid";
  },
);
