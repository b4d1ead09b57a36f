#include "cpp_contract.hpp"

#include <Poco/JSON/Stringifier.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>
#include <sstream>

int main() {
    // It verifies, and leaves every claim to its caller.
    answer([](const Asked &asked) -> json {
        offers(asked, {});
        try {
            Poco::JWT::Signer signer(asked.secret);
            signer.setAlgorithms({Poco::JWT::Signer::ALGO_HS256});
            Poco::JWT::Token token = signer.verify(asked.token);
            std::ostringstream text;
            token.payload().stringify(text);
            return json::parse(text.str());
        } catch (const Poco::Exception &error) {
            throw std::runtime_error(error.displayText());
        }
    });
}
