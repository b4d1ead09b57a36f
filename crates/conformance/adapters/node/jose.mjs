import { answer, loadModule } from "./contract.mjs";

const { jwtVerify } = await loadModule("jose");

await answer(
  async (asked) => {
    asked.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub", "typ");
    const options = {
      algorithms: ["HS256"],
      currentDate: new Date(asked.now * 1000),
      clockTolerance: asked.leeway,
      requiredClaims: asked.exp_optional ? [] : ["exp"],
    };
    if (asked.aud.length) options.audience = asked.aud;
    if (asked.iss.length) options.issuer = asked.iss;
    if (asked.sub !== null) options.subject = asked.sub;
    if (asked.typ !== null) options.typ = asked.typ;
    return (await jwtVerify(asked.token, asked.secret, options)).payload;
  },
  (error) => {
    if (error.code === "ERR_JWT_EXPIRED") return "expired";
    if (error.claim === "nbf" && error.reason === "check_failed") return "not_yet_valid";
  },
);
