// The contract of ../../README.md for golang-jwt.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/golang-jwt/jwt"
)

type Case struct {
	ID       string  `json:"id"`
	Token    *string `json:"token"`
	TokenHex string  `json:"token_hex"`
	Secret   string  `json:"secret_b64url"`
	Now      int64   `json:"now"`
	Leeway   int64   `json:"leeway"`
	Policy   struct {
		Aud         []string `json:"aud"`
		Iss         []string `json:"iss"`
		Sub         *string  `json:"sub"`
		Typ         *string  `json:"typ"`
		ExpOptional bool     `json:"exp_optional"`
	} `json:"policy"`
}

type Answer struct {
	ID      string      `json:"id"`
	Verdict string      `json:"verdict"`
	Claims  interface{} `json:"claims"`
	Error   string      `json:"error"`
}

// What the case asks and the library has no parameter for.
func notOffered(c *Case) string {
	switch {
	case c.Leeway > 0:
		return "leeway"
	case len(c.Policy.Aud) > 1:
		return "one of several aud"
	case len(c.Policy.Iss) > 1:
		return "one of several iss"
	case c.Policy.Sub != nil:
		return "sub"
	case c.Policy.Typ != nil:
		return "typ"
	}
	return ""
}

func check(c *Case) Answer {
	if what := notOffered(c); what != "" {
		return Answer{ID: c.ID, Verdict: "not_offered", Error: what}
	}
	secret, err := base64.RawURLEncoding.DecodeString(c.Secret)
	if err != nil {
		panic(err)
	}
	var token string
	if c.Token != nil {
		token = *c.Token
	} else {
		bytes, err := hex.DecodeString(c.TokenHex)
		if err != nil {
			panic(err)
		}
		token = string(bytes)
	}
	jwt.TimeFunc = func() time.Time { return time.Unix(c.Now, 0) }
	parser := jwt.Parser{ValidMethods: []string{"HS256"}}
	parser.UseJSONNumber = os.Getenv("SETTING") == "UseJSONNumber"
	claims := jwt.MapClaims{}
	_, err = parser.ParseWithClaims(token, claims, func(token *jwt.Token) (interface{}, error) {
		return secret, nil
	})
	if err == nil && len(c.Policy.Aud) == 1 && !claims.VerifyAudience(c.Policy.Aud[0], true) {
		err = errors.New("VerifyAudience says false")
	}
	if err == nil && len(c.Policy.Iss) == 1 && !claims.VerifyIssuer(c.Policy.Iss[0], true) {
		err = errors.New("VerifyIssuer says false")
	}
	if err == nil {
		return Answer{ID: c.ID, Verdict: "valid", Claims: claims}
	}
	verdict := "invalid"
	var fault *jwt.ValidationError
	if errors.As(err, &fault) {
		if fault.Errors == jwt.ValidationErrorExpired {
			verdict = "expired"
		} else if fault.Errors == jwt.ValidationErrorNotValidYet {
			verdict = "not_yet_valid"
		}
	}
	return Answer{ID: c.ID, Verdict: verdict, Error: err.Error()}
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var c Case
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			panic(err)
		}
		text, err := json.Marshal(check(&c))
		if err != nil {
			text, _ = json.Marshal(Answer{ID: c.ID, Verdict: "valid", Error: err.Error()})
		}
		fmt.Println(string(text))
	}
}
