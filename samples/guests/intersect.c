/* Finds what the lists of two owners have in common, and leaves how many lines that are in /out/common.txt.
 *
 * The lists (/data/<argument 1> and /data/<argument 2>) have one member per line; a member that occurs twice counts once. With a third
 * argument "members" the common members are written too, in byte order: the owners decide by their policies which arguments they allow.
 * Each list is read once, from front to back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_SIZE = 1024 };

struct list {
    char **members;
    size_t count, capacity;
};

static void fail(const char *what)
{
    fprintf(stderr, "intersect: %s\n", what);
    exit(1);
}

static void add(struct list *list, const char *text, size_t size)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 1024 : 2 * list->capacity;
        list->members = realloc(list->members, list->capacity * sizeof *list->members);
        if (list->members == NULL) fail("out of memory");
    }
    char *copy = malloc(size + 1);
    if (copy == NULL) fail("out of memory");
    memcpy(copy, text, size);
    copy[size] = '\0';
    list->members[list->count++] = copy;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Reads a list, sorts it and keeps one of each. */
static struct list read_list(const char *name)
{
    char path[256], line[LINE_MAX_SIZE];
    struct list list = {0};
    if (snprintf(path, sizeof path, "/data/%s", name) >= (int)sizeof path) fail("a name is too long");
    FILE *file = fopen(path, "r");
    if (file == NULL) fail("a list is not in /data");
    while (fgets(line, sizeof line, file) != NULL) {
        size_t size = strlen(line);
        if (size + 1 == sizeof line && line[size - 1] != '\n') fail("a line is too long");
        while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) size--;
        if (size > 0) add(&list, line, size);
    }
    if (ferror(file)) fail("a list cannot be read");
    fclose(file);
    if (list.count == 0) return list;
    qsort(list.members, list.count, sizeof *list.members, compare);
    size_t kept = 1;
    for (size_t i = 1; i < list.count; i++)
        if (strcmp(list.members[i], list.members[kept - 1]) != 0) list.members[kept++] = list.members[i];
    list.count = kept;
    return list;
}

int main(int argc, char **argv)
{
    int with_members = argc == 4 && strcmp(argv[3], "members") == 0;
    if (argc != 3 && !with_members) fail("usage: intersect LIST LIST [members]");
    struct list left = read_list(argv[1]), right = read_list(argv[2]), common = {0};
    for (size_t i = 0, j = 0; i < left.count && j < right.count;) {
        int order = strcmp(left.members[i], right.members[j]);
        if (order == 0) add(&common, left.members[i], strlen(left.members[i]));
        if (order <= 0) i++;
        if (order >= 0) j++;
    }
    FILE *out = fopen("/out/common.txt", "w");
    if (out == NULL) fail("the result cannot be written");
    fprintf(out, "%zu\n", common.count);
    for (size_t i = 0; with_members && i < common.count; i++) fprintf(out, "%s\n", common.members[i]);
    if (fclose(out) != 0) fail("the result cannot be written");
    return 0;
}
