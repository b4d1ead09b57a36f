#include "c_contract.h"

#include <errno.h>
#include <jwt.h>

/* This version verifies, and leaves every claim to its caller. */
static struct verdict check(struct asked *asked) {
    static const char *names[] = {"aud", "iss", "sub", "typ"};
    if (asked->leeway > 0)
        return not_offered("leeway");
    for (size_t at = 0; at < 4; at++)
        if (is_asked(asked, names[at]))
            return not_offered(names[at]);
    jwt_t *jwt = NULL;
    int error = jwt_decode(&jwt, asked->token, asked->secret, (int)asked->secret_length);
    if (error)
        return refused("invalid", strerror(error));
    struct verdict said = {"valid", NULL, NULL};
    if (jwt_get_alg(jwt) != JWT_ALG_HS256) {
        said = refused("invalid", "jwt_get_alg says another one than HS256");
    } else {
        char *claims = jwt_get_grants_json(jwt, NULL);
        said.claims = claims ? json_loads(claims, JSON_ALLOW_NUL, NULL) : NULL;
        free(claims);
    }
    jwt_free(jwt);
    return said;
}
