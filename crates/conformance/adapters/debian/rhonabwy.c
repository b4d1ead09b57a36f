#include "c_contract.h"

#include <rhonabwy.h>

static struct verdict check(struct asked *asked) {
    if (asked->leeway > 0)
        return not_offered("leeway");
    if (is_one_of_several(asked, "aud"))
        return not_offered("one of several aud");
    if (is_one_of_several(asked, "iss"))
        return not_offered("one of several iss");
    jwk_t *key = NULL;
    jwt_t *jwt = NULL;
    struct verdict said = {"valid", NULL, NULL};
    r_jwk_init(&key);
    r_jwk_import_from_symmetric_key(key, asked->secret, asked->secret_length);
    r_jwt_init(&jwt);
    int exp_optional = json_is_true(json_object_get(asked->policy, "exp_optional"));
    if (r_jwt_parse(jwt, asked->token, 0) != RHN_OK) {
        said = refused("invalid", "r_jwt_parse");
    } else if (r_jwt_get_sign_alg(jwt) != R_JWA_ALG_HS256) {
        said = refused("invalid", "r_jwt_get_sign_alg says another one than HS256");
    } else if (r_jwt_verify_signature(jwt, key, 0) != RHN_OK) {
        said = refused("invalid", "r_jwt_verify_signature");
    } else {
        said.claims = r_jwt_get_full_claims_json_t(jwt);
        /* Each is checked if it is asked for. An absent claim does not pass. */
        int has_exp = json_object_get(said.claims, "exp") != NULL;
        int has_nbf = json_object_get(said.claims, "nbf") != NULL;
        const char *error = NULL, *kind = "invalid";
        if ((has_exp || !exp_optional)
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_EXP, R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_EXP";
            kind = json_is_integer(json_object_get(said.claims, "exp")) ? "expired" : "invalid";
        } else if (has_nbf
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_NBF, R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_NBF";
            kind = json_is_integer(json_object_get(said.claims, "nbf")) ? "not_yet_valid" : "invalid";
        } else if (is_asked(asked, "aud")
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_AUD, policy_text(asked, "aud"), R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_AUD";
        } else if (is_asked(asked, "iss")
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, policy_text(asked, "iss"), R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_ISS";
        } else if (is_asked(asked, "sub")
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_SUB, policy_text(asked, "sub"), R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_SUB";
        } else if (is_asked(asked, "typ")
            && r_jwt_validate_claims(jwt, R_JWT_CLAIM_TYP, policy_text(asked, "typ"), R_JWT_CLAIM_NOP) != RHN_OK) {
            error = "R_JWT_CLAIM_TYP";
        }
        if (error) {
            json_decref(said.claims);
            said = refused(kind, error);
        }
    }
    r_jwt_free(jwt);
    r_jwk_free(key);
    return said;
}
