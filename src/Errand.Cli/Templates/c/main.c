/* Counts the lines of each file named by an argument and leaves the counts in /out/result.csv. Replace it with what you want to know.
 *
 * An app sees /data (read-only), /out (what leaves, sealed to the recipients), its arguments, and nothing else: no network, no clock, no
 * other file. What it prints goes into the sealed log, if the task has one. It reads each file from front to back, so it works on data of any size.
 */
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static void fail(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

int main(int count, char **arguments)
{
    FILE *out = fopen("/out/result.csv", "w");
    if (!out) fail("cannot be written", "/out/result.csv");
    fputs("file,lines\n", out);
    for (int i = 1; i < count; i++) {
        char path[128];
        if (snprintf(path, sizeof path, "/data/%s", arguments[i]) >= (int)sizeof path) fail("the name is too long", arguments[i]);
        FILE *file = fopen(path, "r");
        if (!file) fail("there is no such file in /data", arguments[i]);
        uint64_t lines = 0;
        for (int character; (character = getc(file)) != EOF;) lines += character == '\n';
        if (ferror(file)) fail("cannot be read", arguments[i]);
        fclose(file);
        fprintf(out, "%s,%" PRIu64 "\n", arguments[i], lines);
    }
    if (fclose(out)) fail("cannot be written", "/out/result.csv");
    return 0;
}
