/*
 * The whole system of a guest that proves its boot: process 1, and nothing else.
 *
 * It hands out the firmware's event log, and then lends its TPM: what comes through the port is written to /dev/tpmrm0, and what the TPM
 * answers goes back. On the port, a length of four bytes, big-endian, stands before the log; commands and responses bring their own.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <unistd.h>

enum { header_size = 10, message_max = 4096, log_max = 1 << 20, patience_seconds = 30 };

/* The host drops all before this: firmware may have used the port. */
static const char greeting[] = "errand boot guest 1\n";

static void end(const char *what) {
    fprintf(stderr, "guest: %s: %s\n", what, strerror(errno));
    sync();
    reboot(RB_POWER_OFF);
    exit(1);
}

static int open_patiently(const char *path, int flags) {
    for (int tries = 0; tries < patience_seconds * 10; tries++) {
        int file = open(path, flags);
        if (file >= 0) return file;
        usleep(100 * 1000);
    }
    end(path);
    return -1;
}

static void write_all(int file, const uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t written = write(file, bytes, size);
        if (written <= 0) end("write");
        bytes += written;
        size -= (size_t)written;
    }
}

static void read_all(int file, uint8_t *bytes, size_t size) {
    while (size > 0) {
        ssize_t got = read(file, bytes, size);
        if (got <= 0) end("the host has gone");
        bytes += got;
        size -= (size_t)got;
    }
}

static size_t read_log(uint8_t *bytes) {
    int file = open_patiently("/sys/kernel/security/tpm0/binary_bios_measurements", O_RDONLY);
    size_t size = 0;
    ssize_t got;
    while ((got = read(file, bytes + size, log_max - size)) > 0) size += (size_t)got;
    if (got < 0 || size == log_max) end("event log");
    close(file);
    return size;
}

int main(void) {
    static uint8_t log[log_max], message[message_max];
    if (mount("devtmpfs", "/dev", "devtmpfs", 0, "") || mount("sysfs", "/sys", "sysfs", 0, "") || mount("securityfs", "/sys/kernel/security", "securityfs", 0, "")) end("mount");
    int tpm = open_patiently("/dev/tpmrm0", O_RDWR);
    int port = open_patiently("/dev/vport0p1", O_RDWR);
    size_t size = read_log(log);
    uint8_t length[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
    write_all(port, (const uint8_t *)greeting, sizeof greeting - 1);
    write_all(port, length, sizeof length);
    write_all(port, log, size);
    for (;;) {
        read_all(port, message, header_size);
        size = (size_t)message[2] << 24 | (size_t)message[3] << 16 | (size_t)message[4] << 8 | message[5];
        if (size < header_size || size > message_max) end("no command");
        read_all(port, message + header_size, size - header_size);
        if (write(tpm, message, size) != (ssize_t)size) end("/dev/tpmrm0");
        ssize_t answer = read(tpm, message, message_max);
        if (answer < header_size) end("/dev/tpmrm0");
        write_all(port, message, (size_t)answer);
    }
}
