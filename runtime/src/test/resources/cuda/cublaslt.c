#include "standin.h"
#include <math.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))
#define INVALID_VALUE 7
#define ARCH_MISMATCH 8
#define ALGORITHM 0x616c676f7269746dull

/* cublasLtMatmulHeuristicResult_t, 96 bytes. */
struct result {
  uint64_t algorithm[8];
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};

EXPORT const char *cublasLtGetStatusString(int status) {
  switch (status) {
    case 1: return "the library was not initialized";
    case INVALID_VALUE: return "an unsupported value or parameter was passed to the function";
    case ARCH_MISMATCH: return "an absent device architectural feature is required";
    case 13: return "the GPU program failed to execute";
    case 15: return "the functionality requested is not supported";
    default: return "unknown status";
  }
}

EXPORT int cublasLtCreate(void **handle) {
  if (fails("cublasLtCreate")) return FAIL_CODE;
  *handle = new_object(LT_HANDLE);
  return 0;
}

static int destroy(void *handle, enum kind kind, const char *call) {
  struct object *o = find(handle, kind);
  if (!o) return complain(INVALID_VALUE, call, "no such object");
  o->kind = DEAD;
  return 0;
}

EXPORT int cublasLtDestroy(void *handle) { return destroy(handle, LT_HANDLE, "cublasLtDestroy"); }

EXPORT int cublasLtMatrixLayoutCreate(void **layout, int type, uint64_t rows, uint64_t columns,
                                      int64_t leading) {
  if (rows == 0 || columns == 0 || leading < (int64_t)rows) {
    return complain(INVALID_VALUE, "cublasLtMatrixLayoutCreate", "sizes");
  }
  struct object *o = new_object(LAYOUT);
  o->type = type;
  o->rows = rows;
  o->columns = columns;
  o->leading = leading;
  *layout = o;
  return 0;
}

EXPORT int cublasLtMatrixLayoutDestroy(void *layout) {
  return destroy(layout, LAYOUT, "cublasLtMatrixLayoutDestroy");
}

EXPORT int cublasLtMatmulDescCreate(void **product, int compute, int scale) {
  struct object *o = new_object(PRODUCT);
  o->compute = compute;
  o->scale = scale;
  *product = o;
  return 0;
}

EXPORT int cublasLtMatmulDescSetAttribute(void *product, int attribute, const void *value,
                                          size_t bytes) {
  struct object *o = find(product, PRODUCT);
  if (!o || attribute != 3 || bytes != 4) {
    return complain(INVALID_VALUE, "cublasLtMatmulDescSetAttribute", "arguments");
  }
  memcpy(&o->transpose, value, 4);
  return 0;
}

EXPORT int cublasLtMatmulDescDestroy(void *product) {
  return destroy(product, PRODUCT, "cublasLtMatmulDescDestroy");
}

EXPORT int cublasLtMatmulPreferenceCreate(void **preference) {
  *preference = new_object(PREFERENCE);
  return 0;
}

EXPORT int cublasLtMatmulPreferenceSetAttribute(void *preference, int attribute, const void *value,
                                                size_t bytes) {
  struct object *o = find(preference, PREFERENCE);
  if (!o || attribute != 1 || bytes != 8) {
    return complain(INVALID_VALUE, "cublasLtMatmulPreferenceSetAttribute", "arguments");
  }
  memcpy(&o->workspace, value, 8);
  return 0;
}

EXPORT int cublasLtMatmulPreferenceDestroy(void *preference) {
  return destroy(preference, PREFERENCE, "cublasLtMatmulPreferenceDestroy");
}

/* Zero where a product of these layouts is one: A [k, m] transposed, B [k, n], C and D [m, n]. */
static int consistent(struct object *p, struct object *a, struct object *b, struct object *c,
                      struct object *d, const char *call) {
  if (!p || !a || !b || !c || !d) return complain(INVALID_VALUE, call, "a dead descriptor");
  if (p->compute != 68 || p->scale != 0 || p->transpose != 1) {
    return complain(INVALID_VALUE, call, "not a transposed product with sums in fp32");
  }
  int type = a->type;
  if ((type != 2 && type != 14) || b->type != type || c->type != type || d->type != type) {
    return complain(INVALID_VALUE, call, "types");
  }
  if (type == 14 && MAJOR < 8) return ARCH_MISMATCH;
  if (a->rows != b->rows || c->rows != a->columns || c->columns != b->columns ||
      d->rows != c->rows || d->columns != c->columns) {
    return complain(INVALID_VALUE, call, "shapes do not fit together");
  }
  return 0;
}

EXPORT int cublasLtMatmulAlgoGetHeuristic(void *handle, void *product, void *a, void *b, void *c,
                                          void *d, void *preference, int asked,
                                          struct result *results, int *returned) {
  const char *call = "cublasLtMatmulAlgoGetHeuristic";
  struct object *layouts[] = {find(a, LAYOUT), find(b, LAYOUT), find(c, LAYOUT), find(d, LAYOUT)};
  struct object *p = find(product, PRODUCT);
  struct object *limit = find(preference, PREFERENCE);
  if (!find(handle, LT_HANDLE) || !limit || asked < 1) {
    return complain(INVALID_VALUE, call, "arguments");
  }
  int wrong = consistent(p, layouts[0], layouts[1], layouts[2], layouts[3], call);
  if (wrong) return wrong;
  if (fails(call)) {
    *returned = 0;
    return 0;
  }
  memset(results, 0, sizeof *results);
  results->algorithm[0] = ALGORITHM;
  results->algorithm[1] = layouts[0]->columns;
  results->algorithm[2] = layouts[1]->columns;
  results->algorithm[3] = layouts[0]->rows;
  results->workspace = limit->workspace;
  results->waves = 1;
  *returned = 1;
  return 0;
}

/* Seconds of so many tiles on all multiprocessors: waves, the last one filled in part. */
static double waved(double tile_m, double tile_n, double efficiency, double tiles, double depth) {
  double waves = tiles / SMS;
  double whole = 0.3 * fmax(1, waves) + 0.7 * ceil(waves);
  double rate = PEAK * FRACTION / SMS * efficiency;
  return whole * (2 * tile_m * tile_n * depth / rate + TILE_SECONDS);
}

/* The kernel of the best tile, for shapes that are multiples of 64. */
static double product_seconds(double m, double n, double k) {
  static const double tiles_m[] = {256, 128, 192, 128, 128, 128, 64, 64};
  static const double tiles_n[] = {128, 256, 128, 192, 128, 64, 128, 64};
  static const double efficiency[] = {1, 1, 0.98, 0.98, 0.92, 0.8, 0.8, 0.62};
  double best = INFINITY;
  for (int i = 0; i < 8; i++) {
    double tiles = ceil(m / tiles_m[i]) * ceil(n / tiles_n[i]);
    double seconds = waved(tiles_m[i], tiles_n[i], efficiency[i], tiles, k);
    double splits = fmin(floor(SMS / tiles), k / 512);
    if (splits >= 2) {
      double parts = fmin(SMS, tiles * k / 512) + tiles;
      double sums = parts * tiles_m[i] * tiles_n[i] * 4 / BANDWIDTH;
      double split = waved(tiles_m[i], tiles_n[i], efficiency[i], tiles * splits, k / splits);
      seconds = fmin(seconds, split + sums);
    }
    best = fmin(best, seconds);
  }
  double traffic = (m * k + k * n + m * n) * 2 / BANDWIDTH;
  return fmax(best, traffic) + 0.35 * fmin(best, traffic);
}

static int holds(const void *address, struct object *layout) {
  size_t bytes = layout->leading * layout->columns * 2;
  struct object *memory = block(MEMORY_BLOCK, address, bytes);
  return memory && memory->device == current && (uintptr_t)address % 16 == 0;
}

static int overlap(const void *x, struct object *first, const void *y, struct object *second) {
  uintptr_t a = (uintptr_t)x;
  uintptr_t b = (uintptr_t)y;
  return a < b + second->leading * second->columns * 2 && b < a + first->leading * first->columns * 2;
}

EXPORT int cublasLtMatmul(void *handle, void *product, const float *alpha, const void *a,
                          void *a_layout, const void *b, void *b_layout, const float *beta,
                          const void *c, void *c_layout, void *d, void *d_layout,
                          const uint64_t *algorithm, void *workspace, size_t workspace_bytes,
                          void *on) {
  const char *call = "cublasLtMatmul";
  if (fails(call)) return FAIL_CODE;
  struct object *lt = find(handle, LT_HANDLE);
  struct object *stream = find(on, STREAM);
  struct object *left = find(a_layout, LAYOUT);
  struct object *right = find(b_layout, LAYOUT);
  struct object *result = find(d_layout, LAYOUT);
  if (!lt || !stream || lt->device != current || stream->device != current) {
    return complain(INVALID_VALUE, call, "handle or stream");
  }
  int wrong =
      consistent(find(product, PRODUCT), left, right, find(c_layout, LAYOUT), result, call);
  if (wrong) return wrong;
  if (!alpha || !beta || *alpha != 1 || *beta != 0) return complain(INVALID_VALUE, call, "alpha");
  if (!holds(a, left) || !holds(b, right) || !holds(d, result) || c != d) {
    return complain(INVALID_VALUE, call, "operands outside of what is allocated");
  }
  if (overlap(d, result, a, left) || overlap(d, result, b, right) || overlap(a, left, b, right)) {
    return complain(INVALID_VALUE, call, "operands overlap");
  }
  if (!block(MEMORY_BLOCK, workspace, workspace_bytes)) {
    return complain(INVALID_VALUE, call, "workspace");
  }
  if (algorithm[0] != ALGORITHM || algorithm[1] != left->columns ||
      algorithm[2] != right->columns || algorithm[3] != left->rows) {
    return complain(INVALID_VALUE, call, "an algorithm of another product");
  }
  queue(stream, product_seconds(left->columns, right->columns, left->rows));
  return 0;
}
