/* The contract of ../../README.md for C: main serves check(). */
#ifndef C_CONTRACT_H
#define C_CONTRACT_H

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verdict {
    const char *verdict;
    json_t *claims;
    const char *error;
};

struct asked {
    const char *token;
    unsigned char secret[4096];
    size_t secret_length;
    long now, leeway;
    json_t *policy;
};

static struct verdict check(struct asked *asked);

static int is_asked(struct asked *asked, const char *name) {
    json_t *value = json_object_get(asked->policy, name);
    return json_is_array(value) ? json_array_size(value) > 0 : json_is_string(value);
}

static const char *policy_text(struct asked *asked, const char *name) {
    json_t *value = json_object_get(asked->policy, name);
    return json_string_value(json_is_array(value) ? json_array_get(value, 0) : value);
}

static int is_one_of_several(struct asked *asked, const char *name) {
    return json_array_size(json_object_get(asked->policy, name)) > 1;
}

static struct verdict not_offered(const char *what) {
    struct verdict verdict = {"not_offered", NULL, what};
    return verdict;
}

static struct verdict refused(const char *verdict_name, const char *error) {
    struct verdict verdict = {verdict_name, NULL, error};
    return verdict;
}

static size_t decode_secret(const char *text, unsigned char *bytes) {
    unsigned value = 0, bits = 0;
    size_t length = 0;
    for (; *text; text++) {
        const char *alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        value = value << 6 | (unsigned)(strchr(alphabet, *text) - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[length++] = (unsigned char)(value >> bits);
        }
    }
    return length;
}

static char *bytes_of_hex(const char *hex) {
    size_t length = strlen(hex) / 2;
    char *bytes = calloc(length + 1, 1);
    for (size_t at = 0; at < length; at++) {
        unsigned byte;
        sscanf(hex + 2 * at, "%2x", &byte);
        bytes[at] = (char)byte;
    }
    return bytes;
}

int main(void) {
    char *line = NULL;
    size_t capacity = 0;
    while (getline(&line, &capacity, stdin) > 0) {
        json_t *question = json_loads(line, JSON_ALLOW_NUL, NULL);
        struct asked asked;
        char *of_hex = NULL;
        asked.token = json_string_value(json_object_get(question, "token"));
        if (asked.token == NULL) {
            of_hex = bytes_of_hex(json_string_value(json_object_get(question, "token_hex")));
            asked.token = of_hex;
        }
        asked.secret_length = decode_secret(
            json_string_value(json_object_get(question, "secret_b64url")), asked.secret);
        asked.now = (long)json_integer_value(json_object_get(question, "now"));
        asked.leeway = (long)json_integer_value(json_object_get(question, "leeway"));
        asked.policy = json_object_get(question, "policy");
        struct verdict said = check(&asked);
        json_t *answer = json_object();
        json_object_set(answer, "id", json_object_get(question, "id"));
        json_object_set_new(answer, "verdict", json_string(said.verdict));
        json_object_set_new(answer, "claims", said.claims ? said.claims : json_null());
        json_object_set_new(answer, "error", json_string(said.error ? said.error : ""));
        char *text = json_dumps(answer, JSON_COMPACT);
        puts(text);
        fflush(stdout);
        free(text);
        free(of_hex);
        json_decref(answer);
        json_decref(question);
    }
    free(line);
    return 0;
}

#endif
