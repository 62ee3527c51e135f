/* Counts the files of folders by the ending of their names: /data/<argument>, with all below it, for each argument. Leaves /out/tally.csv: ending, files, bytes.
 *
 * With --list first, leaves /out/list.txt as well: a line for each file with its path, its size and FNV-1a of its bytes, and for each empty folder. Files are read in
 * the order in which the folder lists them, which is the order in which they come when the folder does not fit into an enclave's memory: one pass is enough.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { PATH_SIZE = 4096, ENDINGS_MAX = 256, ENDING_SIZE = 32, PIECE_SIZE = 65536 };

static struct ending {
    char name[ENDING_SIZE];
    uint64_t files, bytes;
} endings[ENDINGS_MAX];
static int ending_count;
static FILE *list;
static char path[PATH_SIZE];
static unsigned char piece[PIECE_SIZE];

static void fail(const char *what)
{
    fprintf(stderr, "tally: %s: %s: %s\n", path, what, strerror(errno));
    exit(1);
}

static struct ending *find(const char *name)
{
    const char *dot = strrchr(name, '.');
    const char *text = dot == NULL || dot == name || strlen(dot) > ENDING_SIZE ? "" : dot + 1;
    for (int i = 0; i < ending_count; i++)
        if (strcmp(endings[i].name, text) == 0) return &endings[i];
    if (ending_count == ENDINGS_MAX) fail("too many endings");
    strcpy(endings[ending_count].name, text);
    return &endings[ending_count++];
}

static void take_file(const char *name, uint64_t size)
{
    struct ending *ending = find(name);
    ending->files++;
    ending->bytes += size;
    if (list == NULL) return;
    FILE *file = fopen(path, "rb");
    if (file == NULL) fail("cannot be opened");
    uint64_t hash = 14695981039346656037u, read = 0;
    for (size_t count; (count = fread(piece, 1, sizeof piece, file)) > 0; read += count)
        for (size_t i = 0; i < count; i++) hash = (hash ^ piece[i]) * 1099511628211u;
    if (ferror(file)) fail("cannot be read");
    if (read != size) fail("has another size than it says");
    fclose(file);
    fprintf(list, "%s %" PRIu64 " %016" PRIx64 "\n", path, size, hash);
}

static void walk(size_t length)
{
    DIR *folder = opendir(path);
    if (folder == NULL) fail("cannot be listed");
    int entries = 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        entries++;
        int more = snprintf(path + length, sizeof path - length, "/%s", entry->d_name);
        if (more < 0 || (size_t)more >= sizeof path - length) fail("is too long a path");
        struct stat status;
        if (stat(path, &status) != 0) fail("cannot be looked at");
        if (S_ISDIR(status.st_mode)) walk(length + (size_t)more);
        else take_file(entry->d_name, (uint64_t)status.st_size);
        path[length] = '\0';
    }
    if (entries == 0 && list != NULL) fprintf(list, "%s/\n", path);
    closedir(folder);
}

static int by_name(const void *first, const void *second)
{
    return strcmp(((const struct ending *)first)->name, ((const struct ending *)second)->name);
}

int main(int argc, char **argv)
{
    int first = 1;
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        first = 2;
        strcpy(path, "/out/list.txt");
        list = fopen(path, "w");
        if (list == NULL) fail("cannot be made");
    }
    for (int i = first; i < argc; i++) {
        int length = snprintf(path, sizeof path, "/data/%s", argv[i]);
        if (length < 0 || (size_t)length >= sizeof path) fail("is too long a path");
        walk((size_t)length);
    }
    if (list != NULL && fclose(list) != 0) fail("cannot be written");
    qsort(endings, (size_t)ending_count, sizeof endings[0], by_name);
    strcpy(path, "/out/tally.csv");
    FILE *out = fopen(path, "w");
    if (out == NULL) fail("cannot be made");
    fputs("ending,files,bytes\n", out);
    for (int i = 0; i < ending_count; i++) fprintf(out, "%s,%" PRIu64 ",%" PRIu64 "\n", endings[i].name, endings[i].files, endings[i].bytes);
    if (fclose(out) != 0) fail("cannot be written");
    return 0;
}
