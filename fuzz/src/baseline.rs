//! The baseline file: any bytes are either a baseline or an error at a position in the file.

use dateline::internals::baseline::Baseline;

/// Reads a baseline, writes it, and reads it again.
pub fn check(data: &[u8]) {
    match Baseline::read(data) {
        Err(error) => {
            let lines = data.split(|byte| *byte == b'\n').count();
            assert!((1..=lines).contains(&error.line), "{error}");
            assert!((1..=data.len() + 1).contains(&error.column), "{error}");
        }
        Ok(baseline) => {
            let written = write(&baseline);
            let again = Baseline::read(&written);
            assert_eq!(again.as_ref(), Ok(&baseline), "{}", String::from_utf8_lossy(&written));
            assert_eq!(again.map(|again| write(&again)), Ok(written));
            assert_eq!(baseline.beyond(&baseline), 0);
        }
    }
}

/// Returns the file of a baseline.
pub fn write(baseline: &Baseline) -> Vec<u8> {
    let mut written = Vec::new();
    baseline.write(&mut written).expect("memory takes what is written to it");
    written
}
