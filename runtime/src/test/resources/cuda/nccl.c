#include "standin.h"
#include <math.h>

#define EXPORT __attribute__((visibility("default")))
#define INVALID_ARGUMENT 4
#define INVALID_USAGE 5
#define MOST_CALLS 64

enum operation { ALL_REDUCE, ALL_GATHER, REDUCE_SCATTER, SEND, RECEIVE };

struct call {
  enum operation operation;
  size_t count;
  int peer;
  struct object *comm, *stream;
};

static struct call calls[MOST_CALLS];
static int queued = 0;
static int depth = 0;
static int cliques = 0;

EXPORT const char *ncclGetErrorString(int code) {
  switch (code) {
    case 1: return "unhandled cuda error (run with NCCL_DEBUG=INFO for details)";
    case 2: return "unhandled system error (run with NCCL_DEBUG=INFO for details)";
    case INVALID_ARGUMENT: return "invalid argument (run with NCCL_DEBUG=WARN for details)";
    case INVALID_USAGE: return "invalid usage (run with NCCL_DEBUG=WARN for details)";
    default: return "unknown result code";
  }
}

EXPORT int ncclCommInitAll(void **comms, int size, const int *devices) {
  if (fails("ncclCommInitAll")) return FAIL_CODE;
  if (size < 1 || size > DEVICES) return complain(INVALID_ARGUMENT, "ncclCommInitAll", "size");
  cliques++;
  for (int rank = 0; rank < size; rank++) {
    for (int other = 0; other < rank; other++) {
      if (devices[other] == devices[rank]) {
        return complain(INVALID_USAGE, "ncclCommInitAll", "a device twice");
      }
    }
    struct object *comm = new_object(COMMUNICATOR);
    comm->device = devices[rank];
    comm->rank = rank;
    comm->ranks = size;
    comm->clique = cliques;
    comms[rank] = comm;
  }
  return 0;
}

EXPORT int ncclCommDestroy(void *handle) {
  struct object *comm = find(handle, COMMUNICATOR);
  if (!comm) return complain(INVALID_ARGUMENT, "ncclCommDestroy", "no communicator");
  for (int i = 0; i < object_count(); i++) {
    struct object *stream = object_at(i);
    if (stream->kind == STREAM && stream->device == comm->device && stream->time > host_now) {
      return complain(INVALID_USAGE, "ncclCommDestroy", "work is queued");
    }
  }
  comm->kind = DEAD;
  return 0;
}

EXPORT int ncclGroupStart(void) {
  depth++;
  return 0;
}

static int add(enum operation operation, const void *from, size_t from_count, const void *to,
               size_t to_count, size_t count, int type, int peer, void *handle, void *on) {
  const char *call = "an NCCL call";
  struct object *comm = find(handle, COMMUNICATOR);
  struct object *stream = find(on, STREAM);
  if (depth != 1) return complain(INVALID_USAGE, call, "outside of a group: it would never end");
  if (!comm || !stream || comm->device != stream->device) {
    return complain(INVALID_ARGUMENT, call, "communicator or stream");
  }
  if (type != 6 || count == 0 || queued == MOST_CALLS) {
    return complain(INVALID_ARGUMENT, call, "type or count");
  }
  struct object *source = from_count ? block(MEMORY_BLOCK, from, 2 * from_count) : NULL;
  struct object *target = to_count ? block(MEMORY_BLOCK, to, 2 * to_count) : NULL;
  if ((from_count && (!source || source->device != comm->device)) ||
      (to_count && (!target || target->device != comm->device))) {
    return complain(INVALID_ARGUMENT, call, "buffers outside of what is allocated");
  }
  for (int i = 0; i < queued; i++) {
    if (calls[i].comm == comm) return complain(INVALID_USAGE, call, "a communicator twice");
  }
  calls[queued++] = (struct call){operation, count, peer, comm, stream};
  host_now += ISSUE;
  return 0;
}

EXPORT int ncclAllReduce(const void *from, void *to, size_t count, int type, int op, void *comm,
                         void *stream) {
  if (fails("ncclAllReduce")) return FAIL_CODE;
  if (op != 0) return complain(INVALID_ARGUMENT, "ncclAllReduce", "operation");
  return add(ALL_REDUCE, from, count, to, count, count, type, -1, comm, stream);
}

EXPORT int ncclAllGather(const void *from, void *to, size_t count, int type, void *comm,
                         void *stream) {
  struct object *c = find(comm, COMMUNICATOR);
  size_t ranks = c ? c->ranks : 0;
  return add(ALL_GATHER, from, count, to, count * ranks, count, type, -1, comm, stream);
}

EXPORT int ncclReduceScatter(const void *from, void *to, size_t count, int type, int op, void *comm,
                             void *stream) {
  struct object *c = find(comm, COMMUNICATOR);
  size_t ranks = c ? c->ranks : 0;
  if (op != 0) return complain(INVALID_ARGUMENT, "ncclReduceScatter", "operation");
  return add(REDUCE_SCATTER, from, count * ranks, to, count, count, type, -1, comm, stream);
}

EXPORT int ncclSend(const void *from, size_t count, int type, int peer, void *comm, void *stream) {
  return add(SEND, from, count, NULL, 0, count, type, peer, comm, stream);
}

EXPORT int ncclRecv(void *to, size_t count, int type, int peer, void *comm, void *stream) {
  return add(RECEIVE, NULL, 0, to, count, count, type, peer, comm, stream);
}

/* The cheaper of a protocol of low latency and one of high bandwidth. */
static double ring(double bytes, double steps, int ranks) {
  double rate = ranks <= 2 ? PAIR : ranks <= 4 ? QUAD : FULL;
  double fast = FAST_LATENCY + steps * FAST_HOP + bytes / (rate * FAST_FRACTION);
  double bulk = BULK_LATENCY + steps * BULK_HOP + bytes / rate;
  return fmin(fast, bulk);
}

static double seconds(struct call *c) {
  double ranks = c->comm->ranks;
  double bytes = 2.0 * c->count;
  switch (c->operation) {
    case ALL_REDUCE: return ring(2 * bytes * (ranks - 1) / ranks, 2 * (ranks - 1), c->comm->ranks);
    case ALL_GATHER:
    case REDUCE_SCATTER: return ring(bytes * (ranks - 1), ranks - 1, c->comm->ranks);
    default: return FAST_LATENCY + bytes / SEND_RATE;
  }
}

static int goes_with(struct call *a, struct call *b) {
  if (a->comm->clique != b->comm->clique || a->count != b->count) return 0;
  if (a->operation == SEND) return b->operation == RECEIVE && b->peer == a->comm->rank;
  if (a->operation == RECEIVE) return b->operation == SEND && b->peer == a->comm->rank;
  return a->operation == b->operation;
}

EXPORT int ncclGroupEnd(void) {
  if (fails("ncclGroupEnd")) return FAIL_CODE;
  if (--depth != 0) return complain(INVALID_USAGE, "ncclGroupEnd", "no group");
  if (queued == 0 || queued != calls[0].comm->ranks) {
    return complain(INVALID_USAGE, "ncclGroupEnd", "some rank takes no part");
  }
  double start = host_now;
  for (int i = 0; i < queued; i++) {
    if (i > 0 && !goes_with(&calls[0], &calls[i])) {
      return complain(INVALID_USAGE, "ncclGroupEnd", "calls do not go together");
    }
    start = fmax(start, calls[i].stream->time);
  }
  double end = start + noisy(seconds(&calls[0]));
  for (int i = 0; i < queued; i++) calls[i].stream->time = end;
  queued = 0;
  return 0;
}
