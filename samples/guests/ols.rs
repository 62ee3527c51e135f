//! Least squares: how a column of a CSV table depends on others, with standard errors. Arguments: the table's name, the column that is explained, the columns that explain it.
//! Leaves /out/model.csv: term, coefficient, standard error, t; then rows used, rows left out because a value is no number, and R squared.
//!
//! The table is read once, from front to back, so it may be of any length: each row is rotated into a triangle of one row for each term (QR by Givens rotations), which loses
//! far fewer digits than sums of products would.
use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::process::exit;

const FIELD_MAX: usize = 4096;

fn fail(what: &str) -> ! {
    eprintln!("ols: {what}");
    exit(1)
}

/// The fields of one row after the other (RFC 4180).
struct Rows<R: BufRead> {
    input: R,
}

impl<R: BufRead> Rows<R> {
    fn byte(&mut self) -> Option<u8> {
        let piece = self.input.fill_buf().unwrap_or_else(|error| fail(&format!("the table cannot be read: {error}")));
        let first = piece.first().copied();
        if first.is_some() {
            self.input.consume(1);
        }
        first
    }

    /// None at the end of the table.
    fn next(&mut self) -> Option<Vec<String>> {
        let (mut fields, mut field, mut quoted, mut any) = (Vec::new(), Vec::new(), false, false);
        loop {
            let byte = self.byte();
            match byte {
                None if quoted => fail("the table ends within a quoted field"),
                None if !any => return None,
                Some(b'"') if quoted => match self.input.fill_buf().ok().and_then(|piece| piece.first().copied()) {
                    Some(b'"') => {
                        self.input.consume(1);
                        field.push(b'"');
                    }
                    _ => quoted = false,
                },
                Some(b'"') if field.is_empty() => quoted = true,
                Some(b',') if !quoted => fields.push(text(&mut field)),
                None | Some(b'\n') if !quoted => {
                    if field.last() == Some(&b'\r') {
                        field.pop();
                    }
                    fields.push(text(&mut field));
                    return Some(fields);
                }
                Some(other) if field.len() < FIELD_MAX => field.push(other),
                _ => fail("a field is too long"),
            }
            any = true;
        }
    }
}

fn text(field: &mut Vec<u8>) -> String {
    String::from_utf8(std::mem::take(field)).unwrap_or_else(|_| fail("the table is not UTF-8"))
}

/// The triangle: as many rows as columns, all that is below its diagonal is zero.
struct Triangle {
    size: usize,
    values: Vec<f64>,
}

impl Triangle {
    fn new(size: usize) -> Self {
        Triangle { size, values: vec![0.0; size * size] }
    }

    fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    fn take(&mut self, row: &mut [f64]) {
        for i in 0..self.size {
            if row[i] == 0.0 {
                continue;
            }
            let (a, b) = (self.at(i, i), row[i]);
            let length = a.hypot(b);
            let (cosine, sine) = (a / length, b / length);
            for j in i..self.size {
                let (above, below) = (self.at(i, j), row[j]);
                self.values[i * self.size + j] = cosine * above + sine * below;
                row[j] = cosine * below - sine * above;
            }
        }
    }
}

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.len() < 4 {
        fail("arguments are a table, a column, and the columns that explain it");
    }
    let file = File::open(format!("/data/{}", arguments[1])).unwrap_or_else(|error| fail(&format!("{}: {error}", arguments[1])));
    let mut rows = Rows { input: BufReader::with_capacity(1 << 16, file) };
    let names = rows.next().unwrap_or_else(|| fail("the table is empty"));
    let place = |name: &String| names.iter().position(|given| given.trim_start_matches('\u{feff}') == name).unwrap_or_else(|| fail(&format!("the table has no column {name}")));
    // The explained column comes last.
    let places: Vec<usize> = arguments[3..].iter().chain([&arguments[2]]).map(place).collect();
    let terms = places.len();
    let mut triangle = Triangle::new(terms + 1);
    let (mut used, mut left_out, mut mean, mut spread) = (0u64, 0u64, 0.0, 0.0);
    while let Some(fields) = rows.next() {
        if fields.len() == 1 && fields[0].is_empty() {
            continue;
        }
        if fields.len() != names.len() {
            fail(&format!("row {} has {} fields, the first line {}", used + left_out + 1, fields.len(), names.len()));
        }
        let numbers: Option<Vec<f64>> = places.iter().map(|&place| fields[place].trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
        match numbers {
            None => left_out += 1,
            Some(mut row) => {
                row.insert(0, 1.0);
                used += 1;
                let difference = row[terms] - mean;
                mean += difference / used as f64;
                spread += difference * (row[terms] - mean);
                triangle.take(&mut row);
            }
        }
    }
    if used <= terms as u64 {
        fail("there are too few rows for so many columns");
    }
    // A term that the others make up leaves nothing on the diagonal but rounding.
    let largest = (0..terms).map(|i| triangle.at(i, i).abs()).fold(0.0, f64::max);
    if (0..terms).any(|i| triangle.at(i, i).abs() <= largest * 1e-12) {
        fail("a column follows from the others");
    }

    // Back substitution: once for the coefficients, once for each column of the inverse.
    let solve = |right: &dyn Fn(usize) -> f64| {
        let mut solution = vec![0.0; terms];
        for i in (0..terms).rev() {
            let known: f64 = (i + 1..terms).map(|j| triangle.at(i, j) * solution[j]).sum();
            solution[i] = (right(i) - known) / triangle.at(i, i);
        }
        solution
    };
    let coefficients = solve(&|i| triangle.at(i, terms));
    let residual = triangle.at(terms, terms).powi(2);
    let variance = residual / (used - terms as u64) as f64;
    let inverse: Vec<Vec<f64>> = (0..terms).map(|column| solve(&|i| f64::from(u8::from(i == column)))).collect();
    let mut out = File::create("/out/model.csv")?;
    writeln!(out, "term,coefficient,error,t")?;
    for (i, coefficient) in coefficients.iter().enumerate() {
        let error = (variance * inverse.iter().map(|column| column[i] * column[i]).sum::<f64>()).sqrt();
        let name = if i == 0 { "(constant)" } else { &arguments[2 + i] };
        writeln!(out, "{name},{coefficient:.6e},{error:.6e},{:.3}", coefficient / error)?;
    }
    writeln!(out, "(rows),{used},,\n(left out),{left_out},,\n(r squared),{:.6},,", if spread > 0.0 { 1.0 - residual / spread } else { 0.0 })?;
    Ok(())
}
