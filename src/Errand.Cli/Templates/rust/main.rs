//! Counts the lines of each file named by an argument and leaves the counts in /out/result.csv. Replace it with what you want to know.
//!
//! An app sees /data (read-only), /out (what leaves, sealed to the recipients), its arguments, and nothing else: no network, no clock, no
//! other file. What it prints goes into the sealed log, if the task has one. It reads each file from front to back, so it works on data of any size.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};

fn lines_of(name: &str) -> io::Result<u64> {
    let mut reader = BufReader::with_capacity(1 << 16, File::open(format!("/data/{name}"))?);
    let mut lines = 0;
    loop {
        let piece = reader.fill_buf()?;
        if piece.is_empty() {
            return Ok(lines);
        }
        lines += piece.iter().filter(|&&byte| byte == b'\n').count() as u64;
        let size = piece.len();
        reader.consume(size);
    }
}

fn main() -> io::Result<()> {
    let mut out = File::create("/out/result.csv")?;
    writeln!(out, "file,lines")?;
    for name in std::env::args().skip(1) {
        let lines = lines_of(&name).map_err(|error| io::Error::new(error.kind(), format!("/data/{name}: {error}")))?;
        writeln!(out, "{name},{lines}")?;
    }
    Ok(())
}
