// The most that the processor does of the work of a search: sums of 8-bit products, from registers only, and reading memory.
// Usage: ceiling <threads>. Prints one JSON object; without AVX-512 VNNI its operations are 0.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 4, REPEATS = 4000000, READ_MIB = 128, MOST_THREADS = 256 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#define SUM(n) "vpdpbusd %%zmm31, %%zmm30, %%zmm" #n "\n"

// Sixteen sums of 64 products each, independent, so that no instruction waits for another.
static void sums(void) {
  const long n = REPEATS;
  __asm__ volatile("mov %0, %%rcx\n1:\n" SUM(0) SUM(1) SUM(2) SUM(3) SUM(4) SUM(5) SUM(6) SUM(7) SUM(8) SUM(9) SUM(10)
                       SUM(11) SUM(12) SUM(13) SUM(14) SUM(15) "dec %%rcx\njnz 1b\n"
                   :
                   : "r"(n)
                   : "rcx", "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                     "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
}

static uint64_t *blocks[MOST_THREADS];
static volatile uint64_t sink;

static void readAll(uint64_t *block) {
  uint64_t a = 0, b = 0, c = 0, d = 0;
  for (size_t i = 0; i < (size_t)READ_MIB * 131072; i += 4) {
    a += block[i];
    b += block[i + 1];
    c += block[i + 2];
    d += block[i + 3];
  }
  sink = a + b + c + d;
}

static void *sumsThread(void *unused) {
  (void)unused;
  sums();
  return NULL;
}

static void *readThread(void *block) {
  readAll((uint64_t *)block);
  return NULL;
}

// The shortest time that all threads take together.
static double shortest(int threads, void *(*work)(void *)) {
  double best = 1e9;
  for (int round = 0; round < ROUNDS; round++) {
    pthread_t ids[MOST_THREADS];
    const double start = now();
    for (int i = 0; i < threads; i++)
      if (pthread_create(&ids[i], NULL, work, blocks[i])) exit(1);
    for (int i = 0; i < threads; i++) pthread_join(ids[i], NULL);
    const double seconds = now() - start;
    if (seconds < best) best = seconds;
  }
  return best;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1 || threads > MOST_THREADS) return 2;
  const double operations = (double)threads * REPEATS * 16 * 64 * 2;
  double operationsPerSecond = 0;
  if (__builtin_cpu_supports("avx512vnni")) operationsPerSecond = operations / shortest(threads, sumsThread);
  for (int i = 0; i < threads; i++) {
    blocks[i] = malloc((size_t)READ_MIB << 20);
    if (!blocks[i]) return 1;
    memset(blocks[i], i + 1, (size_t)READ_MIB << 20);
  }
  const double bytesPerSecond = threads * ((double)READ_MIB * 1048576) / shortest(threads, readThread);
  printf("{\"operationsPerSecond\": %.6g, \"readBytesPerSecond\": %.6g}\n", operationsPerSecond, bytesPerSecond);
  return 0;
}
