#include "standin.h"
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#define EXPORT __attribute__((visibility("default")))
#define OBJECTS 512
#define INVALID_VALUE 1
#define OUT_OF_MEMORY 2
#define INVALID_DEVICE 101
#define INVALID_HANDLE 400
#define NOT_READY 600
#define IMPLICIT_CONTEXT 500000000.0

double host_now = 0;
int current = 0;

static struct object objects[OBJECTS];
static char sentence[256];
static uintptr_t next_address = 0x700000000000;
static uint32_t noise_state = 1;
static int initialized = 0;

int complain(int code, const char *call, const char *what) {
  if (!sentence[0]) snprintf(sentence, sizeof sentence, "%s: %s", call, what);
  return code;
}

/* For the test: the first thing that was wrong, or "". */
EXPORT const char *standin_complaint(void) { return sentence; }

/* For the test: what was created and not destroyed. */
EXPORT int standin_live(void) {
  int live = 0;
  for (int i = 0; i < OBJECTS; i++) live += objects[i].kind != DEAD;
  return live;
}

int fails(const char *call) { return strcmp(call, FAIL_AT) == 0; }

struct object *new_object(enum kind kind) {
  for (int i = 0; i < OBJECTS; i++) {
    if (objects[i].kind == DEAD) {
      memset(&objects[i], 0, sizeof objects[i]);
      objects[i].kind = kind;
      objects[i].device = current;
      return &objects[i];
    }
  }
  complain(0, "new_object", "too many objects are alive");
  abort();
}

struct object *find(const void *handle, enum kind kind) {
  for (int i = 0; i < OBJECTS; i++) {
    if (handle == &objects[i] && objects[i].kind == kind) return &objects[i];
  }
  return NULL;
}

struct object *object_at(int index) { return &objects[index]; }

int object_count(void) { return OBJECTS; }

struct object *block(enum kind kind, const void *address, size_t bytes) {
  uintptr_t at = (uintptr_t)address;
  for (int i = 0; i < OBJECTS; i++) {
    struct object *o = &objects[i];
    if (o->kind == kind && at >= o->address && bytes <= o->bytes &&
        at - o->address <= o->bytes - bytes) {
      return o;
    }
  }
  return NULL;
}

double noisy(double seconds) {
  noise_state = noise_state * 1664525u + 1013904223u;
  double part = (noise_state >> 8) / 16777216.0;
  if (part > 0.9995) return 4 * seconds;
  return seconds * (0.995 + 0.01 * part);
}

void queue(struct object *stream, double seconds) {
  host_now += ISSUE;
  double start = stream->time > host_now ? stream->time : host_now;
  stream->time = start + noisy(GAP + seconds);
}

EXPORT int cuInit(unsigned flags) {
  if (fails("cuInit")) return FAIL_CODE;
  initialized = 1;
  return flags == 0 ? 0 : complain(1, "cuInit", "flags");
}

EXPORT int cuDeviceGet(int *device, int ordinal) {
  if (!initialized) return complain(3, "cuDeviceGet", "before cuInit");
  if (ordinal < 0 || ordinal >= DEVICES) return complain(101, "cuDeviceGet", "no such device");
  *device = 1000 + ordinal;
  return 0;
}

EXPORT int cuDeviceGetName(char *name, int length, int device) {
  int ordinal = device - 1000;
  if (ordinal < 0 || ordinal >= DEVICES) return complain(101, "cuDeviceGetName", "no handle");
  snprintf(name, length, "%s", DEVICES > 1 && ordinal == DEVICES - 1 ? OTHER_NAME : GPU_NAME);
  return 0;
}

EXPORT const char *cudaGetErrorString(int code) {
  switch (code) {
    case INVALID_VALUE: return "invalid argument";
    case OUT_OF_MEMORY: return "out of memory";
    case 35: return "CUDA driver version is insufficient for CUDA runtime version";
    case 100: return "no CUDA-capable device is detected";
    case INVALID_HANDLE: return "invalid resource handle";
    case NOT_READY: return "device not ready";
    case 700: return "an illegal memory access was encountered";
    default: return "unrecognized error code";
  }
}

EXPORT int cudaGetDeviceCount(int *count) {
  if (fails("cudaGetDeviceCount")) return FAIL_CODE;
  *count = DEVICES;
  return 0;
}

EXPORT int cudaSetDevice(int device) {
  if (device < 0 || device >= DEVICES) return complain(INVALID_DEVICE, "cudaSetDevice", "device");
  current = device;
  return 0;
}

EXPORT int cudaDeviceGetAttribute(int *value, int attribute, int device) {
  if (device < 0 || device >= DEVICES) return complain(INVALID_DEVICE, "attribute", "device");
  switch (attribute) {
    case 13: *value = CLOCK_KHZ; return 0;
    case 16: *value = SMS; return 0;
    case 75: *value = MAJOR; return 0;
    case 76: *value = MINOR; return 0;
    default: return complain(INVALID_VALUE, "cudaDeviceGetAttribute", "attribute");
  }
}

static double used(int device) {
  double bytes = IMPLICIT_CONTEXT;
  for (int i = 0; i < OBJECTS; i++) {
    if (objects[i].kind == MEMORY_BLOCK && objects[i].device == device) bytes += objects[i].bytes;
  }
  return bytes;
}

EXPORT int cudaMemGetInfo(size_t *free, size_t *total) {
  *total = (size_t)MEMORY;
  *free = (size_t)(MEMORY - used(current));
  return 0;
}

EXPORT int cudaMalloc(void **address, size_t bytes) {
  if (fails("cudaMalloc")) return FAIL_CODE;
  if (bytes == 0) return complain(INVALID_VALUE, "cudaMalloc", "no bytes");
  if (used(current) + bytes > MEMORY) return OUT_OF_MEMORY;
  struct object *o = new_object(MEMORY_BLOCK);
  o->address = next_address;
  o->bytes = bytes;
  next_address += (bytes + 0xfffff) / 0x100000 * 0x100000 + 0x100000;
  *address = (void *)o->address;
  return 0;
}

/* Of this device, or with -1 of any. */
static int busy(int device) {
  for (int i = 0; i < OBJECTS; i++) {
    struct object *o = &objects[i];
    if (o->kind == STREAM && (device < 0 || o->device == device) && o->time > host_now) return 1;
  }
  return 0;
}

EXPORT int cudaFree(void *address) {
  for (int i = 0; i < OBJECTS; i++) {
    struct object *o = &objects[i];
    if (o->kind == MEMORY_BLOCK && o->address == (uintptr_t)address) {
      if (o->device != current) return complain(INVALID_VALUE, "cudaFree", "another device");
      if (busy(o->device)) return complain(INVALID_VALUE, "cudaFree", "work is queued");
      o->kind = DEAD;
      return 0;
    }
  }
  return complain(INVALID_VALUE, "cudaFree", "no such block");
}

EXPORT int cudaHostAlloc(void **address, size_t bytes, unsigned flags) {
  if (flags != 0 || bytes == 0) return complain(INVALID_VALUE, "cudaHostAlloc", "arguments");
  struct object *o = new_object(HOST_BLOCK);
  *address = calloc(1, bytes);
  o->address = (uintptr_t)*address;
  o->bytes = bytes;
  return 0;
}

EXPORT int cudaFreeHost(void *address) {
  for (int i = 0; i < OBJECTS; i++) {
    if (objects[i].kind == HOST_BLOCK && objects[i].address == (uintptr_t)address) {
      if (busy(-1)) return complain(INVALID_VALUE, "cudaFreeHost", "work is queued");
      objects[i].kind = DEAD;
      free(address);
      return 0;
    }
  }
  return complain(INVALID_VALUE, "cudaFreeHost", "no such block");
}

/* The stream, where it is one of the current device. */
static struct object *usable(void *handle, const char *call) {
  struct object *stream = find(handle, STREAM);
  if (!stream) complain(0, call, "no stream");
  else if (stream->device != current) complain(0, call, "a stream of another device");
  else return stream;
  return NULL;
}

EXPORT int cudaMemcpyAsync(void *to, const void *from, size_t bytes, int kind, void *handle) {
  const char *call = "cudaMemcpyAsync";
  struct object *stream = usable(handle, call);
  if (!stream) return INVALID_HANDLE;
  struct object *target = block(kind == 2 ? HOST_BLOCK : MEMORY_BLOCK, to, bytes);
  struct object *source = block(kind == 1 ? HOST_BLOCK : MEMORY_BLOCK, from, bytes);
  if (!target || !source) return complain(INVALID_VALUE, call, "outside of what is allocated");
  if (kind != 2 && target->device != current) return complain(INVALID_VALUE, call, "target");
  if (kind != 1 && source->device != current) return complain(INVALID_VALUE, call, "source");
  switch (kind) {
    case 1: queue(stream, HOST_COPY_START + bytes / TO_DEVICE_RATE); return 0;
    case 2: queue(stream, HOST_COPY_START + bytes / TO_HOST_RATE); return 0;
    case 3: queue(stream, RAMP + 2.0 * bytes / BANDWIDTH); return 0;
    default: return complain(INVALID_VALUE, call, "kind");
  }
}

EXPORT int cudaMemsetAsync(void *to, int value, size_t bytes, void *handle) {
  struct object *stream = usable(handle, "cudaMemsetAsync");
  if (!stream) return INVALID_HANDLE;
  struct object *target = block(MEMORY_BLOCK, to, bytes);
  if (!target || target->device != current || value != 0) {
    return complain(INVALID_VALUE, "cudaMemsetAsync", "target or value");
  }
  queue(stream, bytes / BANDWIDTH);
  return 0;
}

EXPORT int cudaStreamCreateWithFlags(void **stream, unsigned flags) {
  if (flags != 1) return complain(INVALID_VALUE, "cudaStreamCreateWithFlags", "flags");
  *stream = new_object(STREAM);
  return 0;
}

EXPORT int cudaStreamDestroy(void *handle) {
  struct object *stream = find(handle, STREAM);
  if (!stream) return complain(INVALID_HANDLE, "cudaStreamDestroy", "no stream");
  if (stream->time > host_now) return complain(INVALID_VALUE, "cudaStreamDestroy", "it works");
  stream->kind = DEAD;
  return 0;
}

EXPORT int cudaStreamSynchronize(void *handle) {
  struct object *stream = find(handle, STREAM);
  if (fails("cudaStreamSynchronize")) return FAIL_CODE;
  if (!stream) return complain(INVALID_HANDLE, "cudaStreamSynchronize", "no stream");
  if (stream->time > host_now) host_now = stream->time;
  return 0;
}

EXPORT int cudaEventCreate(void **event) {
  if (fails("cudaEventCreate")) return FAIL_CODE;
  *event = new_object(EVENT);
  return 0;
}

EXPORT int cudaEventDestroy(void *handle) {
  struct object *event = find(handle, EVENT);
  if (!event) return complain(INVALID_HANDLE, "cudaEventDestroy", "no event");
  event->kind = DEAD;
  return 0;
}

EXPORT int cudaEventRecord(void *handle, void *on) {
  struct object *event = find(handle, EVENT);
  struct object *stream = usable(on, "cudaEventRecord");
  if (!event || !stream) return complain(INVALID_HANDLE, "cudaEventRecord", "no event or stream");
  if (event->device != stream->device) return complain(INVALID_HANDLE, "cudaEventRecord", "device");
  event->time = stream->time > host_now ? stream->time : host_now;
  event->recorded = 1;
  return 0;
}

EXPORT int cudaEventSynchronize(void *handle) {
  struct object *event = find(handle, EVENT);
  if (!event || !event->recorded) return complain(INVALID_HANDLE, "cudaEventSynchronize", "event");
  if (event->time > host_now) host_now = event->time;
  return 0;
}

EXPORT int cudaEventElapsedTime(float *milliseconds, void *first, void *second) {
  struct object *start = find(first, EVENT);
  struct object *end = find(second, EVENT);
  const char *call = "cudaEventElapsedTime";
  if (!start || !end || !start->recorded || !end->recorded) {
    return complain(INVALID_HANDLE, call, "events that were not recorded");
  }
  if (start->device != end->device) return complain(INVALID_HANDLE, call, "two devices");
  if (start->time > host_now || end->time > host_now) return complain(NOT_READY, call, "not over");
  *milliseconds = (float)((end->time - start->time) * 1e3);
  return 0;
}
