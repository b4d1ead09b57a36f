# The contract of ../../README.md for Crypt::JWT.
use strict;
use warnings;
use Crypt::JWT qw(decode_jwt);
use JSON;
use MIME::Base64 qw(decode_base64url);

$| = 1;
my $json = JSON->new->utf8->allow_nonref->canonical;

sub check {
    my ($case) = @_;
    my $policy = $case->{policy};
    my %asked = (
        'typ' => defined $policy->{typ},
        'one of several aud' => @{ $policy->{aud} } > 1,
        'one of several iss' => @{ $policy->{iss} } > 1,
    );
    for my $what (sort keys %asked) {
        return { verdict => 'not_offered', error => $what } if $asked{$what};
    }
    my $token = $case->{token} // pack('H*', $case->{token_hex});
    my %options = (
        token => $token,
        key => decode_base64url($case->{secret_b64url}),
        accepted_alg => 'HS256',
        leeway => $case->{leeway},
        # 1: must be there and right; without it, checked if it is there.
        $policy->{exp_optional} ? () : (verify_exp => 1),
    );
    $options{verify_aud} = $policy->{aud}[0] if @{ $policy->{aud} };
    $options{verify_iss} = $policy->{iss}[0] if @{ $policy->{iss} };
    $options{verify_sub} = $policy->{sub} if defined $policy->{sub};
    my $claims = eval { decode_jwt(%options) };
    my $error = $@;
    return { verdict => 'valid', claims => $claims } unless $error;
    my $verdict = $error =~ /exp claim check failed/ ? 'expired'
        : $error =~ /nbf claim check failed/ ? 'not_yet_valid' : 'invalid';
    $error =~ s/ at \S+ line \d+\.?\s*$//;
    return { verdict => $verdict, error => $error };
}

while (my $line = <STDIN>) {
    my $case = $json->decode($line);
    my $answer = check($case);
    $answer->{id} = $case->{id};
    my $text = $json->encode($answer);
    # Infinity is no JSON.
    unless (eval { $json->decode($text); 1 }) {
        delete $answer->{claims};
        $text = $json->encode($answer);
    }
    print $text, "\n";
}
