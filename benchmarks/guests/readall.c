// Reads a file from front to back and adds up its 64-bit words. Arguments: input, output.
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char buffer[1 << 16];

int main(int count, char **arguments) {
    if (count != 3) return 2;
    char path[256];
    snprintf(path, sizeof path, "%s", arguments[1]);
    int file = open(path, O_RDONLY);
    if (file < 0) return 3;
    uint64_t sum = 0, size = 0;
    for (ssize_t read_; (read_ = read(file, buffer, sizeof buffer)) != 0;) {
        if (read_ < 0) return 4;
        memset(buffer + read_, 0, -read_ & 7);
        for (ssize_t at = 0; at < read_; at += 8) {
            uint64_t word;
            memcpy(&word, buffer + at, 8);
            sum += word;
        }
        size += (uint64_t)read_;
    }
    FILE *out = fopen(arguments[2], "w");
    if (!out) return 5;
    fprintf(out, "%" PRIu64 " bytes, sum %" PRIu64 "\n", size, sum);
    return fclose(out) ? 6 : 0;
}
