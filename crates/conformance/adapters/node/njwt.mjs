import { answer, load } from "./contract.mjs";

const njwt = load("njwt");

await answer(
  (asked) => {
    asked.offers();
    const jwt = njwt.verify(asked.token, asked.secret, "HS256");
    // As text, which is what its toJSON makes of the claims.
    return JSON.parse(JSON.stringify(jwt.body));
  },
  (error) => {
    if (error.message === "Jwt is expired") return "expired";
    if (error.message === "Jwt not active") return "not_yet_valid";
  },
);
