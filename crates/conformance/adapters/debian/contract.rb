# The contract of ../../README.md for Ruby: `answer` serves it.

require "json"

class NotOffered < StandardError; end

class Case
  attr_reader :id, :token, :secret, :now, :leeway, :aud, :iss, :sub, :typ, :exp_optional

  def initialize(line)
    asked = JSON.parse(line)
    @id, @now, @leeway = asked.values_at("id", "now", "leeway")
    policy = asked["policy"]
    @aud, @iss, @sub, @typ, @exp_optional = policy.values_at("aud", "iss", "sub", "typ", "exp_optional")
    secret = asked["secret_b64url"]
    @secret = (secret.tr("-_", "+/") + "=" * (-secret.length % 4)).unpack1("m0")
    @token = asked["token"] || [asked["token_hex"]].pack("H*")
  end

  # Raises for what the case asks and the library has no parameter for.
  def offers(*names)
    asked = {
      "leeway" => leeway > 0, "aud" => !aud.empty?, "iss" => !iss.empty?, "sub" => !sub.nil?,
      "typ" => !typ.nil?, "one of several aud" => aud.length > 1, "one of several iss" => iss.length > 1
    }
    asked.each { |name, is_asked| raise NotOffered, name if is_asked && !names.include?(name) }
  end
end

def answer(verdicts = {})
  $stdout.sync = true
  $stdin.each_line do |line|
    asked = Case.new(line)
    begin
      said = { verdict: "valid", claims: yield(asked) }
    rescue NotOffered => error
      said = { verdict: "not_offered", error: error.message }
    rescue StandardError => error
      verdict = verdicts.find { |kind, _| error.is_a?(kind) }&.last
      message = error.message.dup.force_encoding("UTF-8").scrub
      said = { verdict: verdict || "invalid", error: "#{error.class}: #{message}" }
    end
    begin
      text = JSON.generate({ id: asked.id, **said }, max_nesting: 0)
    rescue StandardError => error
      text = JSON.generate({ id: asked.id, verdict: said[:verdict], error: error.class.to_s })
    end
    puts text
  end
end
