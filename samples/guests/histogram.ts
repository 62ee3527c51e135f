// How many rows of a CSV table have each value in a column, into /out/histogram.csv: value,rows, by value. Values of fewer rows than a minimum stand together as "(others)".
// Arguments: the table's name, the column's name, the minimum (10 unless given). The table is read once, from front to back, so it may be of any length.
import { appArguments, fail, Input, Output } from "./errand";

const QUOTE = 0x22, COMMA = 0x2c, LF = 0x0a, CR = 0x0d;
const VALUES_MAX = 100_000;
const FIELD_MAX = 4096;

// The fields of one row after the other (RFC 4180).
class Rows {
  private piece: Uint8Array = new Uint8Array(1 << 16);
  private size: i32 = 0;
  private at: i32 = 0;
  private field: Uint8Array = new Uint8Array(FIELD_MAX);
  private keeps: bool = true;

  constructor(private input: Input) {}

  // Reads a row into fields, of which only the one that is wanted is kept (all, if it is below 0); false at the end.
  next(fields: string[], wanted: i32): bool {
    fields.length = 0;
    this.keeps = wanted < 0 || wanted == 0;
    let length = 0, quoted = false, was = false, index = 0;
    while (true) {
      const byte = this.byte();
      const ends = byte < 0 || (!quoted && (byte == LF || byte == COMMA));
      if (ends) {
        if (byte < 0 && quoted) fail("the table ends within a quoted field");
        if (byte < 0 && index == 0 && length == 0 && !was) return false;
        if (byte != COMMA && this.keeps && length > 0 && !was && unchecked(this.field[length - 1]) == CR) length--;
        if (this.keeps) fields.push(String.UTF8.decodeUnsafe(this.field.dataStart, length));
        if (byte != COMMA) return true;
        index++;
        this.keeps = wanted < 0 || wanted == index;
        length = 0;
        was = false;
        continue;
      }
      if (byte == QUOTE && (quoted || (length == 0 && !was))) {
        quoted = !quoted;
        if (quoted) was = true;
        else if (this.peek() == QUOTE) {
          this.byte();
          quoted = true;
          length = this.keep(length, QUOTE);
        }
        continue;
      }
      // What follows a closing quote up to the end of a row is the row's CR.
      if (was && !quoted && byte == CR) continue;
      length = this.keep(length, byte);
    }
  }

  private keep(length: i32, byte: i32): i32 {
    // Of a field that nobody asked for it counts only that there is something in it.
    if (!this.keeps) return 1;
    if (length == FIELD_MAX) fail("a field is longer than " + FIELD_MAX.toString() + " bytes");
    unchecked(this.field[length] = <u8>byte);
    return length + 1;
  }

  private peek(): i32 {
    if (this.at == this.size) {
      this.size = this.input.read(this.piece);
      this.at = 0;
    }
    return this.size == 0 ? -1 : <i32>unchecked(this.piece[this.at]);
  }

  private byte(): i32 {
    const byte = this.peek();
    if (byte >= 0) this.at++;
    return byte;
  }
}

// Decimal digits only: whatever else passed for a number could pass for none, and then nothing would be rare.
function atLeastOne(text: string): i64 {
  let number: i64 = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9 || text.length > 9) number = -1_000_000_000;
    number = number * 10 + digit;
  }
  if (number < 1) fail("the minimum \"" + text + "\" is no number from 1 to 999999999");
  return number;
}

function cell(text: string): string {
  return text.includes(",") || text.includes("\"") || text.includes("\n") ? "\"" + text.replaceAll("\"", "\"\"") + "\"" : text;
}

const given = appArguments();
if (given.length < 2) fail("arguments: TABLE COLUMN [MINIMUM]");
const minimum = given.length > 2 ? atLeastOne(given[2]) : 10;
const rows = new Rows(new Input(given[0]));
const fields = new Array<string>();
if (!rows.next(fields, -1)) fail("the table is empty");
const column = fields.indexOf(given[1]);
if (column < 0) fail("the table has no column " + given[1]);

const counts = new Map<string, i64>();
while (rows.next(fields, column)) {
  if (fields.length == 0) continue;
  const value = fields[0];
  if (!counts.has(value) && counts.size == VALUES_MAX) fail("the column has more than " + VALUES_MAX.toString() + " values");
  counts.set(value, (counts.has(value) ? counts.get(value) : 0) + 1);
}

const out = new Output("histogram.csv");
out.writeText("value,rows\n");
let others: i64 = 0;
const values = counts.keys().sort();
for (let i = 0; i < values.length; i++) {
  const many = counts.get(values[i]);
  if (many < minimum) others += many;
  else out.writeText(cell(values[i]) + "," + many.toString() + "\n");
}
// A few together are no more than one of them would be: they stand for enough rows, or not at all.
if (others >= minimum) out.writeText("(others)," + others.toString() + "\n");
out.close();
