/* Runs one SQL script over the files in /data and leaves each result as CSV in /out: result.csv, result-2.csv …
 *
 * A CSV file (RFC 4180, with a line of column names) becomes a table, an SQLite database a schema; both are named after the file, up to its
 * first dot. Everything is in memory. The script stands in this module itself: `errand app from-sql` puts it there, so that the app's
 * content id names the very query that an owner allowed. Arguments, if any, are the files to load, in this order; otherwise all are.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sqlite3.h"

enum { SCRIPT_MAX_SIZE = 32768, COLUMNS_MAX = 1000, NAME_MAX_SIZE = 64, RESULTS_MAX = 32 };

/* Volatile, or the compiler would read its own initializer instead of what was put there. */
static volatile struct {
    char mark[16];
    uint32_t size;
    char text[SCRIPT_MAX_SIZE];
} script = {{'e', 'r', 'r', 'a', 'n', 'd', '-', 's', 'q', 'l', '-', 's', 'l', 'o', 't', '1'}, 0, {0}};

static const char *current = ""; /* the file being loaded, for messages */
static unsigned long line_number;

static void fail(const char *form, ...)
{
    va_list values;
    va_start(values, form);
    fprintf(stderr, "sql: %s", current);
    if (line_number) fprintf(stderr, ", line %lu", line_number);
    fputs(*current ? ": " : "", stderr);
    vfprintf(stderr, form, values);
    fputc('\n', stderr);
    exit(1);
}

static void *must(void *memory)
{
    if (!memory) fail("more memory is needed than the task's limit allows");
    return memory;
}

static void check(sqlite3 *db, int code)
{
    if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) fail("%s", sqlite3_errmsg(db));
}

/* The name of a table or schema: the file's, up to its first dot. */
static void name_of(const char *file, char name[NAME_MAX_SIZE + 1])
{
    size_t size = strcspn(file, ".");
    if (size == 0 || size > NAME_MAX_SIZE) fail("the name gives no table's name");
    memcpy(name, file, size);
    name[size] = '\0';
}

/* The first bytes of the file being read, kept when it was looked at: what is larger than an enclave's memory cannot be gone back in. */
static unsigned char start[16];
static size_t start_size, start_at;

static int next(FILE *file) { return start_at < start_size ? start[start_at++] : getc(file); }

/* One field of a CSV file. */
struct field {
    char *text;
    size_t size, capacity;
    int quoted;
};

static void put(struct field *field, int character)
{
    if (field->size + 1 >= field->capacity) {
        field->capacity = field->capacity ? field->capacity * 2 : 64;
        field->text = must(realloc(field->text, field->capacity));
    }
    field->text[field->size++] = (char)character;
    field->text[field->size] = '\0';
}

/* Reads a field; gives what ended it: ',' '\n' or EOF. */
static int read_field(FILE *file, struct field *field)
{
    field->size = 0;
    field->quoted = 0;
    put(field, 0);
    field->size = 0;
    int character = next(file);
    if (character == '"') {
        field->quoted = 1;
        for (;;) {
            character = next(file);
            if (character == EOF) fail("a quoted field has no end");
            if (character == '\n') line_number++;
            if (character == '"' && (character = next(file)) != '"') break;
            put(field, character);
        }
        if (character == '\r') character = next(file);
        if (character != ',' && character != '\n' && character != EOF) fail("something follows a quoted field");
        return character;
    }
    for (; character != ',' && character != '\n' && character != EOF; character = next(file)) {
        if (character == '"') fail("a quote stands inside a field that is not quoted");
        put(field, character);
    }
    if (character != ',' && field->size && field->text[field->size - 1] == '\r') field->text[--field->size] = '\0';
    return character;
}

static int is_number(const char *text)
{
    return isdigit((unsigned char)*text) || ((*text == '-' || *text == '+' || *text == '.') && (isdigit((unsigned char)text[1]) || text[1] == '.'));
}

/* An empty field is NULL, what reads as a number is one, all else and all that is quoted is text. */
static int bind(sqlite3_stmt *insert, int column, const struct field *field)
{
    char *end;
    if (!field->quoted && field->size == 0) return sqlite3_bind_null(insert, column);
    if (!field->quoted && is_number(field->text)) {
        errno = 0;
        long long whole = strtoll(field->text, &end, 10);
        if (!*end && !errno) return sqlite3_bind_int64(insert, column, whole);
        if (!strpbrk(field->text, "xX")) {
            double real = strtod(field->text, &end);
            if (!*end) return sqlite3_bind_double(insert, column, real);
        }
    }
    return sqlite3_bind_text(insert, column, field->text, (int)field->size, SQLITE_TRANSIENT);
}

static int create_table(sqlite3 *db, FILE *file, const char *table, sqlite3_stmt **insert)
{
    struct field field = {0};
    sqlite3_str *create = sqlite3_str_new(db), *values = sqlite3_str_new(db);
    sqlite3_str_appendf(create, "CREATE TABLE \"%w\" (", table);
    sqlite3_str_appendf(values, "INSERT INTO \"%w\" VALUES (", table);
    int columns = 0, end;
    line_number = 1;
    do {
        end = read_field(file, &field);
        const char *name = field.text;
        if (columns == 0 && !strncmp(name, "\xEF\xBB\xBF", 3)) name += 3;
        if (columns == COLUMNS_MAX) fail("more than %d columns", COLUMNS_MAX);
        if (!*name) fail("column %d has no name", columns + 1);
        sqlite3_str_appendf(create, "%s\"%w\"", columns ? ", " : "", name);
        sqlite3_str_appendall(values, columns ? ", ?" : "?");
        columns++;
    } while (end == ',');
    sqlite3_str_appendall(create, ")");
    sqlite3_str_appendall(values, ")");
    free(field.text);
    char *made = must(sqlite3_str_finish(create)), *filled = must(sqlite3_str_finish(values));
    check(db, sqlite3_exec(db, made, NULL, NULL, NULL));
    check(db, sqlite3_prepare_v2(db, filled, -1, insert, NULL));
    sqlite3_free(made);
    sqlite3_free(filled);
    return columns;
}

static void load_csv(sqlite3 *db, FILE *file, const char *table)
{
    sqlite3_stmt *insert;
    int columns = create_table(db, file, table, &insert);
    struct field field = {0};
    check(db, sqlite3_exec(db, "BEGIN", NULL, NULL, NULL));
    for (int end = '\n'; end != EOF;) {
        line_number++;
        end = read_field(file, &field);
        if (end == EOF && field.size == 0 && !field.quoted) break; /* the file's last line feed */
        if (end == '\n' && field.size == 0 && !field.quoted && columns > 1) fail("an empty line");
        int count = 1;
        check(db, bind(insert, count, &field));
        for (; end == ','; count++) {
            if (count == columns) fail("more fields than the first line has");
            end = read_field(file, &field);
            check(db, bind(insert, count + 1, &field));
        }
        if (count < columns) fail("%d fields, where the first line has %d", count, columns);
        check(db, sqlite3_step(insert));
        check(db, sqlite3_reset(insert));
    }
    if (ferror(file)) fail("it cannot be read");
    check(db, sqlite3_exec(db, "COMMIT", NULL, NULL, NULL));
    sqlite3_finalize(insert);
    free(field.text);
    line_number = 0;
}

static void load_database(sqlite3 *db, FILE *file, const char *schema)
{
    size_t size = start_size, capacity = 1 << 20, got;
    unsigned char *bytes = must(sqlite3_malloc64(capacity));
    memcpy(bytes, start, start_size);
    while ((got = fread(bytes + size, 1, capacity - size, file)) > 0) {
        size += got;
        if (size == capacity) bytes = must(sqlite3_realloc64(bytes, capacity *= 2));
    }
    if (ferror(file)) fail("it cannot be read");
    /* Bytes 18 and 19 are 2 in a database of the journal mode WAL, which needs files beside it. */
    if (size < 100 || bytes[18] == 2 || bytes[19] == 2) fail("a database in WAL mode cannot be read here: PRAGMA journal_mode=DELETE changes that");
    char *attach = must(sqlite3_mprintf("ATTACH ':memory:' AS \"%w\"", schema));
    check(db, sqlite3_exec(db, attach, NULL, NULL, NULL));
    sqlite3_free(attach);
    check(db, sqlite3_deserialize(db, schema, bytes, (sqlite3_int64)size, (sqlite3_int64)size, SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY));
}

static void load(sqlite3 *db, const char *name)
{
    static const char header[16] = "SQLite format 3";
    char path[NAME_MAX_SIZE + 16], table[NAME_MAX_SIZE + 1];
    current = name;
    name_of(name, table);
    if (snprintf(path, sizeof path, "/data/%s", name) >= (int)sizeof path) fail("the name is too long");
    FILE *file = fopen(path, "rb");
    if (!file) fail("there is no such file in /data");
    start_size = fread(start, 1, sizeof start, file);
    start_at = 0;
    if (start_size == sizeof header && !memcmp(start, header, sizeof header)) load_database(db, file, table);
    else load_csv(db, file, table);
    fclose(file);
    current = "";
}

static void load_all(sqlite3 *db)
{
    DIR *folder = opendir("/data");
    if (!folder) fail("/data cannot be read");
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..")) load(db, entry->d_name);
    closedir(folder);
}

static void write_text(FILE *out, const char *text, int size)
{
    if (size == (int)strcspn(text, ",\"\r\n") && size > 0) {
        fwrite(text, 1, (size_t)size, out);
        return;
    }
    putc('"', out);
    for (int i = 0; i < size; i++) {
        if (text[i] == '"') putc('"', out);
        putc(text[i], out);
    }
    putc('"', out);
}

static void write_row(FILE *out, sqlite3_stmt *query)
{
    for (int column = 0; column < sqlite3_column_count(query); column++) {
        if (column) putc(',', out);
        int kind = sqlite3_column_type(query, column);
        const char *text = (const char *)sqlite3_column_text(query, column);
        int size = sqlite3_column_bytes(query, column);
        if (kind == SQLITE_NULL) continue;
        if (!text) fail("more memory is needed than the task's limit allows");
        if (kind == SQLITE_INTEGER || kind == SQLITE_FLOAT) fwrite(text, 1, (size_t)size, out);
        else write_text(out, text, size);
    }
    putc('\n', out);
}

static void write_result(sqlite3 *db, sqlite3_stmt *query, int number)
{
    char path[32] = "/out/result.csv";
    if (number > RESULTS_MAX) fail("more than %d results", RESULTS_MAX);
    if (number > 1) snprintf(path, sizeof path, "/out/result-%d.csv", number);
    FILE *out = fopen(path, "w");
    if (!out) fail("%s cannot be written", path);
    for (int column = 0; column < sqlite3_column_count(query); column++) {
        const char *name = sqlite3_column_name(query, column);
        if (column) putc(',', out);
        write_text(out, name, (int)strlen(name));
    }
    putc('\n', out);
    int code;
    while ((code = sqlite3_step(query)) == SQLITE_ROW) write_row(out, query);
    check(db, code);
    if (fclose(out)) fail("%s cannot be written", path);
}

/* Databases are in memory: there is no file that this could open. */
static int no_file(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given)
{
    (void)vfs, (void)name, (void)flags, (void)given;
    file->pMethods = NULL;
    return SQLITE_CANTOPEN;
}

static int no_delete(sqlite3_vfs *vfs, const char *name, int sync) { return (void)vfs, (void)name, (void)sync, SQLITE_IOERR_DELETE; }

static int no_access(sqlite3_vfs *vfs, const char *name, int flags, int *result) { return (void)vfs, (void)name, (void)flags, *result = 0, SQLITE_OK; }

static int full_path(sqlite3_vfs *vfs, const char *name, int size, char *result) { return (void)vfs, sqlite3_snprintf(size, result, "%s", name), SQLITE_OK; }

/* Random() is the same in each run of a task: the sandbox derives it from the content keys. */
static int randomness(sqlite3_vfs *vfs, int size, char *result)
{
    (void)vfs;
    for (int at = 0; at < size; at += 256)
        if (getentropy(result + at, (size_t)(size - at < 256 ? size - at : 256))) return 0;
    return size;
}

static int no_sleep(sqlite3_vfs *vfs, int microseconds) { return (void)vfs, microseconds; }

/* 1970-01-01 as a Julian day: no clock is here. */
static int no_time(sqlite3_vfs *vfs, double *day) { return (void)vfs, *day = 2440587.5, SQLITE_OK; }

int sqlite3_os_init(void)
{
    static sqlite3_vfs vfs = {.iVersion = 1, .szOsFile = sizeof(sqlite3_file), .mxPathname = 256, .zName = "none", .xOpen = no_file, .xDelete = no_delete,
        .xAccess = no_access, .xFullPathname = full_path, .xRandomness = randomness, .xSleep = no_sleep, .xCurrentTime = no_time};
    return sqlite3_vfs_register(&vfs, 1);
}

int sqlite3_os_end(void) { return SQLITE_OK; }

int main(int count, char **arguments)
{
    static char text[SCRIPT_MAX_SIZE + 1];
    if (script.size == 0 || script.size > SCRIPT_MAX_SIZE) fail("this module has no script yet: errand app from-sql puts one in");
    for (uint32_t i = 0; i < script.size; i++) text[i] = script.text[i];

    sqlite3 *db;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) fail("%s", sqlite3_errmsg(db));
    if (count == 1) load_all(db);
    for (int i = 1; i < count; i++) load(db, arguments[i]);

    int results = 0;
    for (const char *rest = text; *rest;) {
        sqlite3_stmt *statement;
        check(db, sqlite3_prepare_v2(db, rest, -1, &statement, &rest));
        if (!statement) continue; /* a comment, or space */
        if (sqlite3_column_count(statement) > 0) write_result(db, statement, ++results);
        else check(db, sqlite3_step(statement));
        sqlite3_finalize(statement);
    }
    if (results == 0) fail("the script has no SELECT: nothing would leave");
    return 0;
}
