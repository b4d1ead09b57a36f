// The contract of ../../README.md for C++: answer(check) serves it.
#pragma once

#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

using nlohmann::json;

struct Asked {
    std::string token, secret;
    long long now, leeway;
    json policy;
};

struct NotOffered : std::runtime_error { using std::runtime_error::runtime_error; };
struct Expired : std::runtime_error { using std::runtime_error::runtime_error; };
struct NotYetValid : std::runtime_error { using std::runtime_error::runtime_error; };

inline std::string bytes_of_base64url(const std::string &text) {
    static const std::string alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string bytes;
    unsigned value = 0, bits = 0;
    for (char character : text) {
        value = value << 6 | static_cast<unsigned>(alphabet.find(character));
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes += static_cast<char>(value >> bits);
        }
    }
    return bytes;
}

inline std::string bytes_of_hex(const std::string &hex) {
    std::string bytes;
    for (std::size_t at = 0; at + 1 < hex.size(); at += 2)
        bytes += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
    return bytes;
}

/// Throws for what the case asks and the library has no parameter for.
inline void offers(const Asked &asked, std::initializer_list<std::string> names) {
    auto is_named = [&](const std::string &name) {
        for (const auto &other : names)
            if (other == name) return true;
        return false;
    };
    const json &policy = asked.policy;
    const std::pair<const char *, bool> all[] = {
        {"leeway", asked.leeway > 0},          {"aud", !policy["aud"].empty()},
        {"iss", !policy["iss"].empty()},       {"sub", !policy["sub"].is_null()},
        {"typ", !policy["typ"].is_null()},     {"one of several aud", policy["aud"].size() > 1},
        {"one of several iss", policy["iss"].size() > 1},
    };
    for (const auto &[name, is_asked] : all)
        if (is_asked && !is_named(name)) throw NotOffered(name);
}

template <typename Check> void answer(Check check) {
    std::string line;
    while (std::getline(std::cin, line)) {
        json question = json::parse(line);
        Asked asked{question.contains("token") ? question["token"].get<std::string>()
                                               : bytes_of_hex(question["token_hex"]),
                    bytes_of_base64url(question["secret_b64url"]), question["now"],
                    question["leeway"], question["policy"]};
        json said{{"id", question["id"]}, {"claims", nullptr}};
        try {
            said["claims"] = check(asked);
            said["verdict"] = "valid";
        } catch (const NotOffered &error) {
            said["verdict"] = "not_offered";
            said["error"] = error.what();
        } catch (const Expired &error) {
            said["verdict"] = "expired";
            said["error"] = error.what();
        } catch (const NotYetValid &error) {
            said["verdict"] = "not_yet_valid";
            said["error"] = error.what();
        } catch (const std::exception &error) {
            said["verdict"] = "invalid";
            said["error"] = error.what();
        }
        std::cout << said.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }
}
