#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| jwt_pair_fuzz::claims::check(data));
