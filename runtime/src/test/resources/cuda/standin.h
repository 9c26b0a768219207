/*
 * A stand-in for NVIDIA's libraries: GPUs whose peak, bandwidths and latencies are known, on a
 * virtual clock. Nothing is computed and no device memory exists; every argument is checked, and
 * what is wrong is kept as a sentence. Macros say what the GPUs are; see CudaStandIn.java.
 */
#ifndef STANDIN_H
#define STANDIN_H

#include <stddef.h>
#include <stdint.h>

#ifndef DEVICES
#define DEVICES 1
#endif
#ifndef GPU_NAME
#define GPU_NAME "NVIDIA A100-SXM4-80GB"
#endif
#ifndef OTHER_NAME
#define OTHER_NAME GPU_NAME /* of the last device */
#endif
#ifndef MAJOR
#define MAJOR 8
#endif
#ifndef MINOR
#define MINOR 0
#endif
#ifndef SMS
#define SMS 108
#endif
#ifndef CLOCK_KHZ
#define CLOCK_KHZ 1410000
#endif
#ifndef MEMORY
#define MEMORY 84987740160.0
#endif

/* Speeds: operations and bytes a second, seconds. */
#ifndef PEAK
#define PEAK 312e12
#endif
#ifndef FRACTION
#define FRACTION 0.8
#endif
#ifndef TILE_SECONDS
#define TILE_SECONDS 1.8e-6
#endif
#define BANDWIDTH 1.6e12
#define RAMP 1.2e-6
#define GAP 1.7e-6
#define TO_DEVICE_RATE 25e9
#define TO_HOST_RATE 22e9
#define HOST_COPY_START 8e-6
#define PAIR 200e9
#define QUAD 220e9
#define FULL 230e9
#define FAST_FRACTION 0.5
#define FAST_LATENCY 15e-6
#define FAST_HOP 2e-6
#define BULK_LATENCY 50e-6
#define BULK_HOP 6e-6
#define SEND_RATE 240e9

/* What the host needs for a call that queues work. */
#define ISSUE 3e-6

/* The call that fails, the first time and ever after. */
#ifndef FAIL_AT
#define FAIL_AT ""
#endif
#ifndef FAIL_CODE
#define FAIL_CODE 2
#endif

enum kind { DEAD, STREAM, EVENT, MEMORY_BLOCK, HOST_BLOCK, LT_HANDLE, LAYOUT, PRODUCT, PREFERENCE,
            COMMUNICATOR };

struct object {
  enum kind kind;
  int device;
  uintptr_t address; /* of blocks */
  size_t bytes;
  double time; /* until when a stream works; when an event came */
  int recorded;
  int type, compute, scale, transpose;
  uint64_t rows, columns;
  int64_t leading;
  uint64_t workspace;
  int rank, ranks, clique;
};

extern double host_now;
extern int current;

/* Keeps the first sentence, and returns the code of a wrong argument. */
int complain(int code, const char *call, const char *what);
/* Should this call fail? */
int fails(const char *call);
struct object *new_object(enum kind kind);
/* The live object of that kind at the address, or NULL. */
struct object *find(const void *handle, enum kind kind);
/* The live object at an index below object_count(), of any kind. */
struct object *object_at(int index);
int object_count(void);
/* The block that holds the bytes, on the device or (kind HOST_BLOCK) on the host. */
struct object *block(enum kind kind, const void *address, size_t bytes);
/* Work of so many seconds on a stream of the current device. */
void queue(struct object *stream, double seconds);
/* Seconds with a little noise, and now and then far too many. */
double noisy(double seconds);

#endif
