// What an app sees, over WASI preview 1: read-only files in /data, files in /out (what leaves, sealed to the recipients), arguments, and a log.
// Whatever goes wrong ends the app with exit code 1 and a sentence in the log.

@external("wasi_snapshot_preview1", "args_sizes_get") declare function args_sizes_get(count: usize, size: usize): i32;
@external("wasi_snapshot_preview1", "args_get") declare function args_get(pointers: usize, text: usize): i32;
@external("wasi_snapshot_preview1", "fd_prestat_get") declare function fd_prestat_get(fd: i32, prestat: usize): i32;
@external("wasi_snapshot_preview1", "fd_prestat_dir_name") declare function fd_prestat_dir_name(fd: i32, name: usize, size: usize): i32;
@external("wasi_snapshot_preview1", "path_open") declare function path_open(folder: i32, lookup: i32, path: usize, size: usize, how: i32, rights: i64, inherited: i64, flags: i32, fd: usize): i32;
@external("wasi_snapshot_preview1", "fd_read") declare function fd_read(fd: i32, buffers: usize, count: usize, size: usize): i32;
@external("wasi_snapshot_preview1", "fd_write") declare function fd_write(fd: i32, buffers: usize, count: usize, size: usize): i32;
@external("wasi_snapshot_preview1", "fd_close") declare function fd_close(fd: i32): i32;
@external("wasi_snapshot_preview1", "proc_exit") declare function proc_exit(code: i32): void;

const STDERR = 2;
const FIRST_FOLDER = 3;
const CREATE_AND_EMPTY = 9;
const RIGHT_TO_READ: i64 = 1 << 1;
const RIGHT_TO_WRITE: i64 = 1 << 6;

// For numbers that calls write: a place of its own, which no collection moves.
const scratch = memory.data(16);

/** The app's arguments. */
export function appArguments(): string[] {
  require(args_sizes_get(scratch, scratch + 4) == 0, "the arguments cannot be read");
  const count = load<u32>(scratch), size = load<u32>(scratch + 4);
  const pointers = new ArrayBuffer(4 * count), text = new ArrayBuffer(size);
  require(args_get(changetype<usize>(pointers), changetype<usize>(text)) == 0, "the arguments cannot be read");
  const all = new Array<string>();
  // The first is the program's name.
  for (let i: u32 = 1; i < count; i++) {
    const at: usize = load<u32>(changetype<usize>(pointers) + 4 * i);
    let end = at;
    while (load<u8>(end) != 0) end++;
    all.push(String.UTF8.decodeUnsafe(at, end - at));
  }
  return all;
}

/** Writes a line to the log, which is sealed to whom the task names, if to anybody. */
export function log(text: string): void {
  const bytes = String.UTF8.encode(text + "\n");
  write(STDERR, changetype<usize>(bytes), bytes.byteLength);
}

/** Ends the app with exit code 1. */
export function fail(why: string): void {
  log(why);
  proc_exit(1);
}

/** A file of /data. Read it from front to back: then it may be longer than memory. */
export class Input {
  private fd: i32;

  constructor(private name: string) {
    this.fd = open("/data", name, 0, RIGHT_TO_READ);
  }

  /** Reads some bytes; 0 at the end. */
  read(into: Uint8Array): i32 {
    store<u32>(scratch, <u32>into.dataStart);
    store<u32>(scratch + 4, into.length);
    require(fd_read(this.fd, scratch, 1, scratch + 8) == 0, "/data/" + this.name + " cannot be read");
    return load<u32>(scratch + 8);
  }

  close(): void {
    fd_close(this.fd);
  }
}

/** A new file of /out. */
export class Output {
  private fd: i32;

  constructor(name: string) {
    this.fd = open("/out", name, CREATE_AND_EMPTY, RIGHT_TO_WRITE);
  }

  writeText(text: string): void {
    const bytes = String.UTF8.encode(text);
    write(this.fd, changetype<usize>(bytes), bytes.byteLength);
  }

  writeBytes(bytes: Uint8Array): void {
    write(this.fd, bytes.dataStart, bytes.length);
  }

  close(): void {
    fd_close(this.fd);
  }
}

/** What the compiler calls where a check of its own fails. */
export function onAbort(message: string | null, file: string | null, line: u32, column: u32): void {
  fail((message ? message : "stopped") + " (" + (file ? file : "?") + ":" + line.toString() + ")");
}

function open(folder: string, name: string, how: i32, rights: i64): i32 {
  const path = String.UTF8.encode(name);
  require(path_open(find(folder), 0, changetype<usize>(path), path.byteLength, how, rights, 0, 0, scratch) == 0, folder + "/" + name + " cannot be opened");
  return load<i32>(scratch);
}

function find(folder: string): i32 {
  for (let fd = FIRST_FOLDER; fd_prestat_get(fd, scratch) == 0; fd++) {
    const name = new ArrayBuffer(load<u32>(scratch + 4));
    if (fd_prestat_dir_name(fd, changetype<usize>(name), name.byteLength) == 0 && String.UTF8.decode(name) == folder) return fd;
  }
  fail("there is no folder " + folder);
  return -1;
}

function write(fd: i32, bytes: usize, size: i32): void {
  for (let at = 0; at < size;) {
    store<u32>(scratch, <u32>(bytes + at));
    store<u32>(scratch + 4, size - at);
    // The log may be full, or absent: that ends no app.
    if (fd_write(fd, scratch, 1, scratch + 8) != 0) {
      if (fd != STDERR) fail("what leaves does not fit into the task's limit");
      return;
    }
    at += load<u32>(scratch + 8);
  }
}

function require(holds: bool, otherwise: string): void {
  if (!holds) fail(otherwise);
}
