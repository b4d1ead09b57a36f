require "jwt"
require_relative "contract"

answer(JWT::ExpiredSignature => "expired", JWT::ImmatureSignature => "not_yet_valid") do |asked|
  asked.offers("leeway", "aud", "one of several aud", "iss", "one of several iss", "sub")
  options = { algorithm: "HS256", leeway: asked.leeway }
  options[:required_claims] = ["exp"] unless asked.exp_optional
  options.update(aud: asked.aud, verify_aud: true) unless asked.aud.empty?
  options.update(iss: asked.iss, verify_iss: true) unless asked.iss.empty?
  options.update(sub: asked.sub, verify_sub: true) if asked.sub
  JWT.decode(asked.token, asked.secret, true, options).first
end
