/* Counts the variants of a VCF file (/data/<argument 1>) by chromosome and kind, and leaves the counts in /out/variants.csv.
 *
 * A line's kind comes from REF and ALT: one base for one is a snv, other lengths an indel, anything symbolic (<DEL>, *, a break end)
 * other; a line with several ALT alleles counts once for each. The file is read once, from front to back, line by line: it may be
 * of any size, since genotypes behind the fifth column are skipped and never held.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD_MAX_SIZE = 4096, CHROMOSOMES_MAX = 256, NAME_MAX_SIZE = 32, COLUMNS = 5 };
enum { SNV, INDEL, OTHER, KINDS };

static struct chromosome {
    char name[NAME_MAX_SIZE];
    uint64_t count[KINDS];
} chromosomes[CHROMOSOMES_MAX];
static int chromosome_count;

static void fail(const char *what)
{
    fprintf(stderr, "variants: %s\n", what);
    exit(1);
}

static struct chromosome *find(const char *name)
{
    if (strlen(name) >= NAME_MAX_SIZE) fail("a chromosome's name is too long");
    for (int i = 0; i < chromosome_count; i++)
        if (strcmp(chromosomes[i].name, name) == 0) return &chromosomes[i];
    if (chromosome_count == CHROMOSOMES_MAX) fail("too many chromosomes");
    strcpy(chromosomes[chromosome_count].name, name);
    return &chromosomes[chromosome_count++];
}

static int is_bases(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr("ACGTNacgtn", text[i]) == NULL) return 0;
    return size > 0;
}

static void count_line(char fields[COLUMNS][FIELD_MAX_SIZE])
{
    struct chromosome *place = find(fields[0]);
    size_t reference = strlen(fields[3]);
    const char *allele = fields[4];
    if (strcmp(allele, ".") == 0) return; /* no variant at this site */
    for (;;) {
        size_t size = strcspn(allele, ",");
        int kind = !is_bases(allele, size) || !is_bases(fields[3], reference) ? OTHER : size == 1 && reference == 1 ? SNV : INDEL;
        place->count[kind]++;
        if (allele[size] == '\0') return;
        allele += size + 1;
    }
}

/* Reads a line's first columns and skips the rest; 0 at the end of the file. */
static int read_line(FILE *file, char fields[COLUMNS][FIELD_MAX_SIZE])
{
    int column = 0, read = 0;
    size_t size = 0;
    for (int c; (c = getc(file)) != EOF;) {
        read = 1;
        if (c == '\r') continue;
        if (c == '\n') break;
        if (column >= COLUMNS) continue;
        if (c == '\t') {
            fields[column++][size] = '\0';
            size = 0;
        } else if (column == 0 && size == 0 && c == '#') {
            column = COLUMNS + 1; /* a header or a comment */
        } else {
            if (size + 1 == FIELD_MAX_SIZE) fail("a field is too long");
            fields[column][size++] = (char)c;
        }
    }
    if (column < COLUMNS) fields[column++][size] = '\0';
    if (!read) return 0;
    if (column == COLUMNS) return 1;
    return column > COLUMNS ? -1 : size == 0 && column == 1 ? -1 : (fail("a line has too few columns"), 0);
}

int main(int argc, char **argv)
{
    char path[256];
    static char fields[COLUMNS][FIELD_MAX_SIZE];
    if (argc != 2 || snprintf(path, sizeof path, "/data/%s", argv[1]) >= (int)sizeof path) fail("usage: variants FILE");
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("the file is not in /data");
    setvbuf(file, NULL, _IOFBF, 1 << 16);
    for (int found; (found = read_line(file, fields)) != 0;)
        if (found > 0) count_line(fields);
    if (ferror(file)) fail("the file cannot be read");
    FILE *out = fopen("/out/variants.csv", "w");
    if (out == NULL) fail("the result cannot be written");
    fprintf(out, "chromosome,snv,indel,other\n");
    for (int i = 0; i < chromosome_count; i++) {
        const struct chromosome *c = &chromosomes[i];
        fprintf(out, "%s,%llu,%llu,%llu\n", c->name, (unsigned long long)c->count[SNV], (unsigned long long)c->count[INDEL], (unsigned long long)c->count[OTHER]);
    }
    if (fclose(out) != 0) fail("the result cannot be written");
    return 0;
}
