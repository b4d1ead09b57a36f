require "json/jwt"
require_relative "contract"

# It verifies, and leaves every claim to its caller.
answer do |asked|
  asked.offers
  JSON::JWT.decode(asked.token, asked.secret, [:HS256]).to_h
end
