#include "cpp_contract.hpp"

#include <jwt/jwt.hpp>

int main() {
    answer([](const Asked &asked) -> json {
        using namespace jwt::params;
        offers(asked, {"leeway", "aud", "iss", "sub"});
        try {
            const auto with = [&](auto... parameters) {
                auto decoded = jwt::decode(asked.token, algorithms({"HS256"}), secret(asked.secret),
                                           leeway(static_cast<uint32_t>(asked.leeway)), verify(true),
                                           parameters...);
                return decoded.payload().create_json_obj();
            };
            const json &policy = asked.policy;
            if (!policy["aud"].empty()) return with(aud(policy["aud"][0].get<std::string>()));
            if (!policy["iss"].empty()) return with(issuer(policy["iss"][0].get<std::string>()));
            if (!policy["sub"].is_null()) return with(sub(policy["sub"].get<std::string>()));
            return with();
        } catch (const jwt::TokenExpiredError &error) {
            throw Expired(error.what());
        } catch (const jwt::ImmatureSignatureError &error) {
            throw NotYetValid(error.what());
        }
    });
}
