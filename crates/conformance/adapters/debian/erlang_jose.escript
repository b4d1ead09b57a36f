%% The contract of ../../README.md for erlang-jose.
%% It verifies, and leaves every claim to its caller.
main(_) ->
    ok = io:setopts([{encoding, latin1}, binary]),
    jose:json_module(jose_json_jiffy),
    loop().

loop() ->
    case io:get_line("") of
        eof -> ok;
        {error, _} -> ok;
        Line ->
            {Case} = jiffy:decode(iolist_to_binary(Line)),
            Id = proplists:get_value(<<"id">>, Case),
            Answer = try check(Case) catch Class:Reason ->
                {<<"invalid">>, null, iolist_to_binary(io_lib:format("~p: ~P", [Class, Reason, 8]))}
            end,
            {Verdict, Claims, Error} = Answer,
            ok = file:write(standard_io, [jiffy:encode({[{id, Id}, {verdict, Verdict}, {claims, Claims},
                {error, unicode:characters_to_binary(Error, latin1)}]}, [force_utf8]), "\n"]),
            loop()
    end.

check(Case) ->
    {Policy} = proplists:get_value(<<"policy">>, Case),
    Asked = [{<<"leeway">>, proplists:get_value(<<"leeway">>, Case) > 0},
             {<<"aud">>, proplists:get_value(<<"aud">>, Policy) =/= []},
             {<<"iss">>, proplists:get_value(<<"iss">>, Policy) =/= []},
             {<<"sub">>, proplists:get_value(<<"sub">>, Policy) =/= null},
             {<<"typ">>, proplists:get_value(<<"typ">>, Policy) =/= null}],
    case [What || {What, true} <- Asked] of
        [What | _] -> {<<"not_offered">>, null, What};
        [] -> verify(Case)
    end.

verify(Case) ->
    {ok, Secret} = jose_base64url:decode(proplists:get_value(<<"secret_b64url">>, Case)),
    Token = case proplists:get_value(<<"token">>, Case) of
        undefined -> binary:decode_hex(proplists:get_value(<<"token_hex">>, Case));
        Text -> Text
    end,
    case jose_jwt:verify_strict(jose_jwk:from_oct(Secret), [<<"HS256">>], Token) of
        {true, JWT, _} ->
            {_, Claims} = jose_jwt:to_binary(JWT),
            {<<"valid">>, jiffy:decode(Claims), <<>>};
        {false, _, _} -> {<<"invalid">>, null, <<"false">>};
        {error, Error} -> {<<"invalid">>, null, iolist_to_binary(io_lib:format("~P", [Error, 8]))}
    end.
