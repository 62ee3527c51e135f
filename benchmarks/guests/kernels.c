// Compute kernels, the same source for the sandbox and for the processor. Arguments: kernel, rounds, output.
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define N 192

static double a[N][N], b[N][N], c[N][N];
static unsigned char sieve[1 << 20];

// Multiplication of matrices: double precision and memory.
static double matmul(long rounds) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) a[i][j] = i + j, b[i][j] = i - j;
    for (long round = 0; round < rounds; round++)
        for (int i = 0; i < N; i++)
            for (int k = 0; k < N; k++) {
                double x = a[i][k] + (double)round;
                for (int j = 0; j < N; j++) c[i][j] += x * b[k][j];
            }
    return c[N / 2][N / 3];
}

// A sieve: bytes and branches.
static double primes(long rounds) {
    long count = 0;
    for (long round = 0; round < rounds; round++) {
        memset(sieve, 1, sizeof sieve);
        for (unsigned i = 2; i * i < sizeof sieve; i++)
            if (sieve[i])
                for (unsigned j = i * i; j < sizeof sieve; j += i) sieve[j] = 0;
        for (unsigned i = 2; i < sizeof sieve; i++) count += sieve[i];
    }
    return (double)count;
}

// Mixing of 64-bit words: integers.
static double mix(long rounds) {
    uint64_t state[4] = {1, 2, 3, 4};
    for (long i = 0; i < rounds * 1000000; i++) {
        uint64_t t = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= t;
        state[3] = state[3] << 45 | state[3] >> 19;
    }
    return (double)(state[0] >> 40);
}

// Sums of products in four lanes: 128-bit vectors.
typedef float lanes __attribute__((vector_size(16)));
static lanes u[4096], v[4096];

static double simd(long rounds) {
    for (int i = 0; i < 4096; i++) u[i] = (lanes){(float)i, 1, 2, 3}, v[i] = (lanes){4, (float)i, 5, 6};
    lanes sum = {0, 0, 0, 0};
    for (long round = 0; round < rounds * 100; round++)
        for (int i = 0; i < 4096; i++) sum = sum * 0.5f + u[i] * v[i];
    return sum[0] + sum[1] + sum[2] + sum[3];
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    long rounds = atol(arguments[2]);
    double result = !strcmp(arguments[1], "matmul") ? matmul(rounds) : !strcmp(arguments[1], "primes") ? primes(rounds)
        : !strcmp(arguments[1], "mix") ? mix(rounds) : simd(rounds);
    FILE *out = fopen(arguments[3], "w");
    if (!out) return 5;
    fprintf(out, "%.6g\n", result);
    return fclose(out) ? 6 : 0;
}
