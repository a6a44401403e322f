# `just ready` is all that CI checks.

default: ready

# Everything that CI checks.
ready:
    .ci/run

# Tests alone.
test:
    cargo test

# Rewrites what is generated: the findings in rule pages, rules/README.md, docs/configuration.md, the fixtures' reports, the transcripts in docs.
update:
    UPDATE=1 cargo test --test it -- rules::pages check::fixtures fix::command_line docs::pages config::reference
    git diff --stat

# How the time of runs grows with the size of an archive, up to 100,000 pages.
scale:
    cargo bench --bench scale

# Time for a whole archive against a bare walk, read and parse of the same files: needs hyperfine.
bench archive:
    cargo build --release --benches --bins
    hyperfine -N -w 2 -i \
        "target/release/dateline check {{archive}} --quiet --output-format json --output-file /dev/null" \
        "$(ls -t target/release/deps/floor-* | grep -v '\.d$' | head -1) {{archive}}"

# Fuzzes each target, or those named, for a number of seconds each: needs cargo-fuzz.
fuzz seconds *targets:
    fuzz/run {{seconds}} {{targets}}
