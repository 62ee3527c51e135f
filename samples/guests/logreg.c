/* Trains a logistic regression on a table and leaves the model in /out/model.json.
 *
 * The table (/data/<argument 1>) is CSV: a line of column names, then numbers, the class in the last column, where M or 1 is the
 * positive class. About a fifth of the rows, chosen by a hash of their text, is held out to measure how good the model is.
 *
 * Only + - * / and square root are used, which IEEE 754 defines to the last bit, so every build gives the same bytes:
 * compile with -ffp-contract=off (and -lm where the C library wants it for the root). The file is read once, from front to back.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DATA_FOLDER
#define DATA_FOLDER "/data"
#endif
#ifndef OUT_FOLDER
#define OUT_FOLDER "/out"
#endif

enum { LINE_MAX_SIZE = 8192, FEATURES_MAX = 64, NAME_MAX_SIZE = 64, EPOCHS = 1000 };
static const double RATE = 0.5, RIDGE = 0.002;

struct table {
    int features;
    long rows, capacity;
    char names[FEATURES_MAX][NAME_MAX_SIZE];
    double *values; /* rows x features */
    unsigned char *positive, *held_out;
};

static void fail(const char *what)
{
    fprintf(stderr, "logreg: %s\n", what);
    exit(1);
}

static void *resized(void *memory, size_t size)
{
    void *grown = realloc(memory, size);
    if (grown == NULL) fail("out of memory");
    return grown;
}

/* Digits with at most one dot. Up to 15 digits the quotient is the nearest double. */
static double parse_number(const char *text, const char *end)
{
    uint64_t digits = 0;
    double scale = 1.0;
    int negative = text < end && *text == '-', after_dot = 0, count = 0;
    for (text += negative; text < end; text++) {
        if (*text == '.' && !after_dot) {
            after_dot = 1;
            continue;
        }
        if (*text < '0' || *text > '9' || ++count > 15) fail("not a number of at most 15 digits");
        digits = digits * 10 + (uint64_t)(*text - '0');
        if (after_dot) scale *= 10.0;
    }
    if (count == 0) fail("a value is missing");
    double value = (double)digits / scale;
    return negative ? -value : value;
}

/* FNV-1a, 64 bits. */
static uint64_t hash(const char *text)
{
    uint64_t state = 0xcbf29ce484222325u;
    for (; *text != 0; text++) state = (state ^ (unsigned char)*text) * 0x100000001b3u;
    return state ^ (state >> 32);
}

static int read_line(FILE *file, char *line)
{
    if (fgets(line, LINE_MAX_SIZE, file) == NULL) return 0;
    size_t size = strlen(line);
    if (size == LINE_MAX_SIZE - 1 && line[size - 1] != '\n') fail("a line is too long");
    while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) line[--size] = 0;
    return 1;
}

static void read_names(struct table *table, const char *line)
{
    for (const char *comma; (comma = strchr(line, ',')) != NULL; line = comma + 1) {
        size_t size = (size_t)(comma - line);
        if (table->features == FEATURES_MAX) fail("too many columns");
        if (size == 0 || size >= NAME_MAX_SIZE || strcspn(line, "\"\\") < size) fail("a column name is empty, too long or has a quote");
        memcpy(table->names[table->features++], line, size);
    }
    if (table->features == 0) fail("the table needs two columns at least");
}

static void read_row(struct table *table, const char *line)
{
    if (table->rows == table->capacity) {
        table->capacity = table->capacity == 0 ? 256 : table->capacity * 2;
        size_t rows = (size_t)table->capacity;
        table->values = resized(table->values, rows * (size_t)table->features * sizeof(double));
        table->positive = resized(table->positive, rows);
        table->held_out = resized(table->held_out, rows);
    }
    table->held_out[table->rows] = hash(line) % 5 == 0;
    double *row = table->values + table->rows * table->features;
    for (int i = 0; i < table->features; i++) {
        const char *comma = strchr(line, ',');
        if (comma == NULL) fail("a row is too short");
        row[i] = parse_number(line, comma);
        line = comma + 1;
    }
    if (strchr(line, ',') != NULL) fail("a row is too long");
    table->positive[table->rows++] = strcmp(line, "M") == 0 || strcmp(line, "1") == 0;
}

static void read_table(struct table *table, const char *name)
{
    char path[512], line[LINE_MAX_SIZE];
    if (snprintf(path, sizeof path, "%s/%s", DATA_FOLDER, name) >= (int)sizeof path) fail("the name is too long");
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("no such file in /data");
    if (!read_line(file, line)) fail("the table is empty");
    read_names(table, line);
    while (read_line(file, line))
        if (line[0] != 0) read_row(table, line);
    fclose(file);
}

/* e^x: x = k ln 2 + r with |r| <= ln 2 / 2, a Taylor series for e^r, and 2^k by its exponent bits. */
static double exponential(double x)
{
    if (x > 700.0) x = 700.0;
    if (x < -700.0) x = -700.0;
    const double ln2_high = 0x1.62e42feep-1, ln2_low = 0x1.a39ef35793c76p-33, inverse = 0x1.71547652b82fep+0;
    int k = (int)(x * inverse + (x < 0 ? -0.5 : 0.5));
    double r = (x - k * ln2_high) - k * ln2_low, sum = 1.0;
    for (int i = 14; i > 0; i--) sum = 1.0 + sum * r / i;
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

/* Mean 0 and deviation 1 by the training rows; the held-out rows are only shifted and scaled. */
static void standardise(struct table *table, long training)
{
    for (int i = 0; i < table->features; i++) {
        double sum = 0, squares = 0;
        for (long row = 0; row < table->rows; row++)
            if (!table->held_out[row]) sum += table->values[row * table->features + i];
        double mean = sum / (double)training;
        for (long row = 0; row < table->rows; row++) {
            double *value = &table->values[row * table->features + i];
            *value -= mean;
            if (!table->held_out[row]) squares += *value * *value;
        }
        double deviation = __builtin_sqrt(squares / (double)training);
        if (deviation == 0) deviation = 1;
        for (long row = 0; row < table->rows; row++) table->values[row * table->features + i] /= deviation;
    }
}

static double score(const struct table *table, long row, const double *weights)
{
    const double *values = table->values + row * table->features;
    double sum = weights[table->features];
    for (int i = 0; i < table->features; i++) sum += weights[i] * values[i];
    return sum;
}

/* Gradient descent over all training rows, from zero; the last weight is the intercept. */
static void train(const struct table *table, long training, double *weights)
{
    double gradient[FEATURES_MAX + 1];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
        memset(gradient, 0, sizeof gradient);
        for (long row = 0; row < table->rows; row++) {
            if (table->held_out[row]) continue;
            double error = 1.0 / (1.0 + exponential(-score(table, row, weights))) - table->positive[row];
            const double *values = table->values + row * table->features;
            for (int i = 0; i < table->features; i++) gradient[i] += error * values[i];
            gradient[table->features] += error;
        }
        for (int i = 0; i <= table->features; i++) {
            double ridge = i < table->features ? RIDGE * weights[i] : 0;
            weights[i] -= RATE * (gradient[i] / (double)training + ridge);
        }
    }
}

/* Six decimals by integers, so that no printf can differ. */
static void print_fixed(FILE *file, double value)
{
    int64_t millionths = (int64_t)(value * 1000000.0 + (value < 0 ? -0.5 : 0.5));
    uint64_t size = (uint64_t)(millionths < 0 ? -millionths : millionths);
    fprintf(file, "%s%llu.%06llu", millionths < 0 ? "-" : "", (unsigned long long)(size / 1000000), (unsigned long long)(size % 1000000));
}

static void write_model(const struct table *table, long training, const double *weights)
{
    long confusion[2][2] = { { 0, 0 }, { 0, 0 } }; /* [truth][prediction] */
    for (long row = 0; row < table->rows; row++)
        if (table->held_out[row]) confusion[table->positive[row]][score(table, row, weights) > 0]++;
    long held_out = table->rows - training;

    FILE *file = fopen(OUT_FOLDER "/model.json", "w");
    if (file == NULL) fail("cannot write /out/model.json");
    fprintf(file, "{\n  \"model\": \"logistic regression, standardised inputs\",\n  \"rows\": { \"training\": %ld, \"heldOut\": %ld },\n", training, held_out);
    fprintf(file, "  \"heldOut\": {\n    \"accuracy\": ");
    print_fixed(file, held_out == 0 ? 0 : (double)(confusion[0][0] + confusion[1][1]) / (double)held_out);
    fprintf(file, ",\n    \"truePositives\": %ld,\n    \"falseNegatives\": %ld,\n    \"falsePositives\": %ld,\n    \"trueNegatives\": %ld\n  },\n  \"intercept\": ",
        confusion[1][1], confusion[1][0], confusion[0][1], confusion[0][0]);
    print_fixed(file, weights[table->features]);
    fprintf(file, ",\n  \"coefficients\": {\n");
    for (int i = 0; i < table->features; i++) {
        fprintf(file, "    \"%s\": ", table->names[i]);
        print_fixed(file, weights[i]);
        fprintf(file, i + 1 < table->features ? ",\n" : "\n");
    }
    fprintf(file, "  }\n}\n");
    if (fclose(file) != 0) fail("cannot write /out/model.json");
}

int main(int count, char **arguments)
{
    static struct table table;
    static double weights[FEATURES_MAX + 1];
    if (count != 2) fail("one argument is needed: the name of a file in /data");
    read_table(&table, arguments[1]);
    long training = 0;
    for (long row = 0; row < table.rows; row++) training += !table.held_out[row];
    if (training == 0) fail("no rows to learn from");
    standardise(&table, training);
    train(&table, training, weights);
    write_model(&table, training, weights);
    return 0;
}
