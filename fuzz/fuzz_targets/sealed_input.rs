#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    opg_fuzz::sealed::input(data);
});
