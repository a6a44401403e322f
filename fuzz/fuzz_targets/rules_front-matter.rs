#![no_main]

libfuzzer_sys::fuzz_target!(init: dateline_fuzz::on_one_thread(), |data: &[u8]| {
    dateline_fuzz::run("rules_front-matter", data);
});
